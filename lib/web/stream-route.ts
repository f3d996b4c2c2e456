// The shape of a route that answers with an event stream: like every route, and with a limit of streams for each caller.
import type { z } from "zod";
import type { User } from "../domain/permission.ts";
import { AppError } from "../errors.ts";
import { mayStill } from "./authorise.ts";
import { credentialOf } from "./live/stream-limit.ts";
import { type EventStream, streamResponse } from "./live/stream.ts";
import { problemResponse, route, type RouteContext } from "./route.ts";
import { services } from "./services.ts";

type Definition<P extends z.ZodType, Q extends z.ZodType> = { params?: P; query?: Q };
type Input<P extends z.ZodType, Q extends z.ZodType> = {
  request: Request;
  user: User;
  params: z.infer<P>;
  query: z.infer<Q>;
};

export function streamRoute<P extends z.ZodType = z.ZodUnknown, Q extends z.ZodType = z.ZodUnknown>(
  definition: Definition<P, Q>,
  open: (input: Input<P, Q>) => Promise<EventStream>,
) {
  return async (request: Request, context: RouteContext): Promise<Response> => {
    // Before the database is asked who this is: hundreds of requests at once would use up its connections.
    const credential = credentialOf(request.headers);
    const releaseCredential = credential === undefined ? () => undefined : reserve(credential);
    if (releaseCredential === undefined) return problemResponse(tooManyStreams());
    let isStreaming = false;
    const handle = route<P, Q>({ action: "view", ...definition }, async (input) => {
      // Once more for the user, who may have several sessions and tokens.
      const releaseUser = reserve(`user ${input.user.id}`);
      if (releaseUser === undefined) throw tooManyStreams();
      try {
        const stream = await open(input);
        stream.guard(() => mayStill(request, "view"));
        isStreaming = true;
        stream.whenClosed(() => {
          releaseUser();
          releaseCredential();
        });
        const response = streamResponse(stream);
        if (request.method !== "HEAD") return response;
        // Nothing would read the events, and a stream that is not read stays subscribed.
        stream.close();
        return new Response(null, { headers: response.headers });
      } catch (error) {
        releaseUser();
        throw error;
      }
    });
    const response = await handle(request, context);
    if (!isStreaming) releaseCredential();
    return response;
  };
}

function reserve(caller: string): (() => void) | undefined {
  return services().streamLimit.reserve(caller);
}

function tooManyStreams(): AppError {
  return new AppError("too_many_streams", {
    detail: `At most ${services().streamLimit.max} event streams may be open at the same time. Close some first.`,
  });
}
