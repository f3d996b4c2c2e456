// What belongs to the HTTP request that is being handled: its id, its trace, and its user once known. The lines of the log that
// are written meanwhile get them. On globalThis, because Next loads route handlers and pages as separate module instances.
import { AsyncLocalStorage } from "node:async_hooks";

export type RequestContext = {
  requestId: string;
  /** Of a valid `traceparent`. */
  trace: Trace | undefined;
  userName?: string;
};

const KEY = Symbol.for("spiderpig.request");
type Holder = { [KEY]?: AsyncLocalStorage<RequestContext> };

function storage(): AsyncLocalStorage<RequestContext> {
  const holder = globalThis as Holder;
  holder[KEY] ??= new AsyncLocalStorage();
  return holder[KEY];
}

export function runInRequest(context: RequestContext, work: () => void): void {
  storage().run(context, work);
}

/** Undefined outside a request, and in a worker. */
export function requestContext(): RequestContext | undefined {
  return storage().getStore();
}

export type Trace = {
  /** The whole header, as it is passed on. */
  traceparent: string;
  traceId: string;
};

/** Version, trace id, id of the caller's span, flags. A later version may have more. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** W3C Trace Context. @returns undefined without a valid header: a trace is not begun here. */
export function parseTrace(traceparent: unknown): Trace | undefined {
  if (typeof traceparent !== "string") return undefined;
  const [, traceId] = TRACEPARENT.exec(traceparent) ?? [];
  return traceId === undefined ? undefined : { traceparent, traceId };
}
