// Sends a request that changes something, and says whether it left the browser.
//
// A browser queues a request while all its connections to the server are in use, or while the network does not respond,
// and may send it minutes later. So it is aborted when it has not left in time. XMLHttpRequest and not fetch, because
// only that reports when a request has left. One that has left waits for its reply longer: the network may still deliver
// it, and the server refuses it then (Request-Deadline in api.ts), which is a reply.

export type SendOutcome =
  | { kind: "reply"; status: number; text: string }
  /** It did not leave the browser and never will. */
  | { kind: "not_sent" }
  /** The connection failed or nothing came back: the server may have carried it out. */
  | { kind: "no_reply" };

export type OutgoingRequest = {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: unknown;
  sendTimeoutMs: number;
  replyTimeoutMs: number;
  /** It has left, and there is no reply after `sendTimeoutMs`. */
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
  const giveUp = (outcome: SendOutcome) => {
    settle(outcome);
    xhr.abort();
  };
  timer = setTimeout(() => {
    if (!hasLeft) return giveUp({ kind: "not_sent" });
    request.onSlow();
    timer = setTimeout(() => giveUp({ kind: "no_reply" }), request.replyTimeoutMs - request.sendTimeoutMs);
  }, request.sendTimeoutMs);
  xhr.upload.addEventListener("load", () => {
    hasLeft = true;
  });
  xhr.addEventListener("load", () => settle({ kind: "reply", status: xhr.status, text: xhr.responseText }));
  // It fails at once while the browser is offline; otherwise it is not known how far the request came.
  xhr.addEventListener("error", () =>
    settle({ kind: !hasLeft && !navigator.onLine ? "not_sent" : "no_reply" }),
  );
  xhr.open(request.method, request.url);
  xhr.setRequestHeader("content-type", "application/json");
  for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value);
  // Always a body: browsers do not report when a request without one has left.
  xhr.send(JSON.stringify(request.body ?? {}));
  return promise;
}
