/**
 * What happens to every request before the framework handles it: it gets the address of its client and loses the headers by
 * which a client could claim another, and waits or is refused if its caller has too many requests at the same time.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BlockList } from "node:net";
import { AppError } from "#lib/errors.ts";
import { clientAddress } from "#lib/domain/client-address.ts";
import { isEventStream } from "#lib/web/find-endpoint.ts";
import { credentialOf } from "#lib/web/live/stream-limit.ts";
import { problemDocument } from "#lib/web/problem.ts";
import { createRequestLimit, enterAll } from "#lib/web/request-limit.ts";

/** Fewer than the pool has connections (lib/db/connection.ts), and as many as a browser opens. */
const OF_CALLER = { runningMax: 6, waitingMax: 100 };
/** An office may have one address. */
const OF_ADDRESS = { runningMax: 30, waitingMax: 300 };

/** PUBLIC_URL says what these would say. */
const CLAIMS = ["forwarded", "x-forwarded-host", "x-forwarded-port", "x-forwarded-proto", "x-real-ip"];

export type Admission = (request: IncomingMessage, response: ServerResponse, handle: () => void) => void;

export function createAdmission(trustedProxies: BlockList): Admission {
  const ofCaller = createRequestLimit(OF_CALLER);
  const ofAddress = createRequestLimit(OF_ADDRESS);
  return (request, response, handle) => {
    const address = setAddress(request, trustedProxies);
    // A stream stays open, and has a limit of its own (lib/web/serve-stream.ts).
    if (isEventStream(request.url ?? "")) return handle();
    const end = enterAll(
      [
        { limit: ofCaller, caller: credentialOf(request.headers) ?? address },
        { limit: ofAddress, caller: address },
      ],
      handle,
      () => {
        const refusal = new AppError("too_many_requests", { detail: "Nothing was changed. Try again." });
        const { status, headers, body } = problemDocument(refusal, { "retry-after": "1" });
        response.writeHead(status, headers).end(body);
      },
    );
    // Also when the client hangs up before it is handled.
    if (response.closed) end();
    else response.once("close", end);
  };
}

function setAddress({ headers, socket }: IncomingMessage, trustedProxies: BlockList): string {
  const forwarded = headers["x-forwarded-for"];
  const address = clientAddress(
    socket.remoteAddress ?? "",
    typeof forwarded === "string" ? forwarded : forwarded?.join(","),
    trustedProxies,
  );
  for (const name of CLAIMS) delete headers[name];
  headers["x-forwarded-for"] = address;
  return address;
}
