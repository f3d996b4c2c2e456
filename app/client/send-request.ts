// Sends a mutating request and reports whether it left the browser.
//
// A browser queues a request while all its connections to the server are in use, or while the network does not respond,
// and may send it minutes later. Therefore a request that has not left in time is aborted. XMLHttpRequest and not fetch,
// because only XMLHttpRequest reports when a request has left. A request that has left gets more time for its response: if the
// network delivers it late, the server refuses it (Request-Deadline in api.ts), and that is a response.

export type SendOutcome =
  | { kind: "reply"; status: number; text: string }
  /** It did not leave the browser and never will. */
  | { kind: "not_sent" }
  /** The connection failed or timed out: the server may have processed the request. */
  | { kind: "no_reply" };

export type OutgoingRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  sendTimeoutMs: number;
  replyTimeoutMs: number;
  /** Called when the request has left but has no response after `sendTimeoutMs`. */
  onSlow: () => void;
};

export function sendRequest(request: OutgoingRequest): Promise<SendOutcome> {
  const { promise, resolve } = Promise.withResolvers<SendOutcome>();
  const xhr = new XMLHttpRequest();
  let hasLeft = false;
  let timer: ReturnType<typeof setTimeout>;
  const settle = (outcome: SendOutcome) => {
    clearTimeout(timer);
    resolve(outcome);
  };
  const abort = (outcome: SendOutcome) => {
    settle(outcome);
    xhr.abort();
  };
  timer = setTimeout(() => {
    if (!hasLeft) return abort({ kind: "not_sent" });
    request.onSlow();
    timer = setTimeout(() => abort({ kind: "no_reply" }), request.replyTimeoutMs - request.sendTimeoutMs);
  }, request.sendTimeoutMs);
  xhr.upload.addEventListener("load", () => {
    hasLeft = true;
  });
  xhr.addEventListener("load", () => settle({ kind: "reply", status: xhr.status, text: xhr.responseText }));
  // While the browser is offline the request fails before it is sent. Otherwise it is unknown how far it got.
  xhr.addEventListener("error", () =>
    settle({ kind: !hasLeft && !navigator.onLine ? "not_sent" : "no_reply" }),
  );
  xhr.open(request.method, request.url);
  xhr.setRequestHeader("content-type", "application/json");
  for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
  // Always with a body: browsers do not report when a request without one has left.
  xhr.send(JSON.stringify(request.body ?? {}));
  return promise;
}
