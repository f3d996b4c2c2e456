// The id of each request, and a line of the log when its response has ended, with the fields of the Elastic Common Schema. Never
// the query of the address, which may hold the code of a sign-in, and no header but the user agent.
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Log } from "../log.ts";
import { parseTrace, type RequestContext } from "../request-context.ts";
import { routeLabel } from "./measure-requests.ts";
import { REQUEST_ID_HEADER, requestIdOf } from "./request-origin.ts";

const TEXT_MAX = 500;

/** Sets the id that handlers read, and returns it to the client. */
export function createRequestContext(request: IncomingMessage, response: ServerResponse): RequestContext {
  const { headers } = request;
  const given = headers[REQUEST_ID_HEADER];
  const requestId = requestIdOf(typeof given === "string" ? given : null) ?? randomUUID();
  headers[REQUEST_ID_HEADER] = requestId;
  response.setHeader(REQUEST_ID_HEADER, requestId);
  return { requestId, trace: parseTrace(headers["traceparent"]) };
}

/** An event stream has its line when it ends. */
export function logAccess(
  request: IncomingMessage,
  response: ServerResponse,
  context: RequestContext,
  log: Log,
): void {
  const startedAt = process.hrtime.bigint();
  const { method = "", url = "/", headers, socket, httpVersion } = request;
  const [path = "/"] = url.split("?", 1);
  const before = socket.bytesWritten;
  response.once("close", () => {
    const status = response.statusCode;
    log.info("request", {
      "event.action": "http-request",
      "event.category": ["web"],
      "event.outcome": status < 400 ? "success" : "failure",
      "event.duration": Number(process.hrtime.bigint() - startedAt),
      "http.request.method": method,
      "http.request.id": context.requestId,
      "http.version": httpVersion,
      "http.response.status_code": status,
      // With the headers.
      "http.response.bytes": socket.bytesWritten - before,
      "url.path": path.slice(0, TEXT_MAX),
      // As web/admission.ts has written it.
      "source.ip": headers["x-forwarded-for"] ?? socket.remoteAddress,
      "user.name": context.userName,
      "user_agent.original": headers["user-agent"]?.slice(0, TEXT_MAX),
      "trace.id": context.trace?.traceId,
      route: routeLabel(url),
      // The client went away before the response was complete; usual for an event stream.
      isAborted: response.writableFinished ? undefined : true,
    });
  });
}
