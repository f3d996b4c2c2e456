// Opens the event stream of a request. Each caller may have a limited number of them, and each ends when its caller loses
// the permission.
import type { Action, User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { mayStill } from "../auth/authorise.ts";
import { metrics } from "../metrics/registry.ts";
import { credentialOf } from "./live/stream-limit.ts";
import { type EventStream, streamResponse } from "./live/stream.ts";
import { originOf } from "./request-origin.ts";
import { services } from "./services.ts";

/** @param open calls `reserve` when it knows the user. @throws AppError too_many_streams, and the errors of `open`. */
export async function serveStream(
  request: Request,
  permission: Action | null,
  open: (reserve: (user: User | undefined) => void) => Promise<EventStream>,
): Promise<Response> {
  const releases: (() => void)[] = [];
  const release = () => {
    for (const releaseOne of releases) releaseOne();
  };
  const reserve = (caller: string, limit = services().streamLimit) => {
    const reserved = limit.reserve(caller);
    if (reserved === undefined) throw tooManyStreams();
    releases.push(reserved);
  };
  try {
    // Before authentication, which needs a database connection: hundreds of concurrent requests would exhaust the pool.
    reserve(originOf(request).address ?? "", services().addressStreamLimit);
    const credential = credentialOf(Object.fromEntries(request.headers));
    if (credential !== undefined) reserve(credential);
    // Again for the user, who may have several sessions and tokens.
    let userId: string | undefined;
    const stream = await open((user) => {
      userId = user?.id;
      if (user !== undefined) reserve(`user ${user.id}`);
    });
    stream.guard(async () => permission === null || mayStill(request, permission), userId);
    stream.whenClosed(release);
    const { streams } = metrics();
    streams.inc();
    stream.whenClosed(() => streams.dec());
    const response = streamResponse(stream);
    if (request.method !== "HEAD") return response;
    // Nothing reads the events, and a stream that is not read stays subscribed.
    stream.close();
    return new Response(null, { headers: response.headers });
  } catch (error) {
    release();
    throw error;
  }
}

function tooManyStreams(): AppError {
  return new AppError("too_many_streams", {
    detail: `You can have ${services().streamLimit.max} event streams open at the same time. Close some first.`,
  });
}
