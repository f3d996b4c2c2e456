// Why a request to another service failed, from the error of `fetch`, which hides the reason below its own error. Pure.

const TIMEOUT = /^(TimeoutError|ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/;
const TLS =
  /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|EPROTO)/;
const NOT_HTTP = /^HPE_|^HTTPParserError$/;
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "refused the connection",
  ECONNRESET: "closed the connection",
  UND_ERR_SOCKET: "closed the connection",
  ENOTFOUND: "has no address in DNS",
  EAI_AGAIN: "could not be looked up in DNS",
};

/** `reason` continues a sentence that begins with the address of the service. */
export type FetchFailure = { kind: "timeout" | "tls" | "not_http" | "unreachable"; reason: string };

export function fetchFailureOf(cause: unknown, timeoutMs: number): FetchFailure {
  if (isTimeout(cause)) return { kind: "timeout", reason: `took longer than ${timeoutMs / 1000} s` };
  const codes = codesOf(cause);
  const tls = codes.find((code) => TLS.test(code));
  if (tls !== undefined) return { kind: "tls", reason: `failed TLS (${tls})` };
  if (codes.some((code) => NOT_HTTP.test(code))) {
    return { kind: "not_http", reason: "did not respond with HTTP" };
  }
  const reason = codes.map((code) => REASONS[code]).find((known) => known !== undefined);
  return { kind: "unreachable", reason: reason ?? `failed (${codes[0] ?? "no reason given"})` };
}

export function isTimeout(error: unknown): boolean {
  return codesOf(error).some((code) => TIMEOUT.test(code));
}

/** Codes and names of an error and of its causes. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  for (let at = error; at instanceof Error && codes.length < 10; at = at.cause) {
    if ("code" in at && typeof at.code === "string") codes.push(at.code);
    if (at.name !== "Error" && at.name !== "TypeError") codes.push(at.name);
  }
  return codes;
}
