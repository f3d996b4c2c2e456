// Screens a request before it reaches the framework, which responds with 500 to malformed percent-encoding and to unknown
// methods, and without `Allow` to a method that a route does not have. Pure: web/main.ts carries the decision out.
import { AppError } from "../errors.ts";
import { BODY_BYTES_MAX, bodyTooLarge } from "./body.ts";
import { ALL_METHODS, findRoute, methodsOf } from "./find-endpoint.ts";
import { problemDocument } from "./problem.ts";

export type Decision =
  /** The framework handles it, under this address. */
  | { pass: true; url: string }
  | { pass: false; status: number; headers: Record<string, string>; body: string };

const PAGE_METHODS: readonly string[] = ["GET", "HEAD", "OPTIONS"];
/** No page has this address, so the framework shows its "not found" page. */
const NO_PAGE = "/malformed-address";

/**
 * @param target of the request line: a path with its query, an absolute URL, or `*`.
 * @param bodyBytes as the client declares them. A body without a length is limited while it is read.
 */
export function screenRequest(method: string, target: string, bodyBytes = 0): Decision {
  if (bodyBytes > BODY_BYTES_MAX) return refuse(bodyTooLarge());
  if (target === "*") return method === "OPTIONS" ? allowed(ALL_METHODS) : refuseMethod(ALL_METHODS);
  const url = pathOf(target);
  if (url === undefined) {
    return refuse(new AppError("invalid_request", { detail: "The address is malformed." }));
  }
  const [path = ""] = url.split("?", 1);
  const isApi = path === "/api" || path.startsWith("/api/");
  if (!isDecodable(path)) {
    if (!isApi && PAGE_METHODS.includes(method)) return { pass: true, url: NO_PAGE };
    return refuse(new AppError("invalid_request", { detail: "The address has malformed percent-encoding." }));
  }
  const route = isApi ? findRoute(path) : undefined;
  if (isApi && route === undefined) return refuse(new AppError("not_found"));
  const methods = route === undefined ? PAGE_METHODS : methodsOf(route.byMethod);
  if (!methods.includes(method)) return refuseMethod(methods);
  return method === "OPTIONS" ? allowed(methods) : { pass: true, url };
}

/** For bytes that are not an HTTP request. @param code of Node's parser. */
export function unparsedRefusal(code: string | undefined): AppError {
  switch (code) {
    case "HPE_INVALID_METHOD":
      return new AppError("method_not_allowed", { detail: `Supported methods: ${ALL_METHODS.join(", ")}.` });
    case "HPE_HEADER_OVERFLOW":
      return new AppError("headers_too_large");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new AppError("request_timeout");
    case undefined:
    default:
      return new AppError("invalid_request", { detail: "It is not valid HTTP." });
  }
}

/** The whole HTTP response as text, for a socket without a response object. */
export function rawResponse(refusal: AppError): string {
  const { status, headers, body } = problemDocument(refusal, {
    ...(refusal.code === "method_not_allowed" ? { allow: ALL_METHODS.join(", ") } : {}),
    connection: "close",
  });
  const lines = Object.entries({ ...headers, "content-length": String(Buffer.byteLength(body)) });
  return `HTTP/1.1 ${status} Refused\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}

/** With `..` resolved, so that the framework and this file match the same route. */
function pathOf(target: string): string | undefined {
  const address = target.startsWith("/") ? `http://host${target}` : target;
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return pathname + search;
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function allowed(methods: readonly string[]): Decision {
  return { pass: false, status: 204, headers: { allow: methods.join(", ") }, body: "" };
}

function refuseMethod(methods: readonly string[]): Decision {
  const list = methods.join(", ");
  return refuse(new AppError("method_not_allowed", { detail: `Supported methods: ${list}.` }), {
    allow: list,
  });
}

function refuse(refusal: AppError, headers?: Record<string, string>): Decision {
  return { pass: false, ...problemDocument(refusal, headers) };
}
