// What a browser is told to refuse on our behalf, on every answer.
//
// The log shows what programs print and the pages show what authors of changes write. React and the log's own parser
// make that text and nothing else; should one of them ever fail, no foreign script runs, because each page names the
// only inline scripts it has by a nonce of its own. And nobody lays a page of ours, invisible, under a button of
// theirs: a cookie is sent into the frames of neighbouring hosts too.

/**
 * @param nonce of this answer alone. Next puts it on its inline scripts when the request's own
 * Content-Security-Policy has it: https://nextjs.org/docs/app/guides/content-security-policy
 */
export function securityHeaders(nonce: string): Record<string, string> {
  return {
    "content-security-policy": [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}'`,
      "style-src 'self'",
      // Heights and offsets, such as those of the log's window.
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    // The address of a job is nobody's business whose page a link leads to.
    "referrer-policy": "same-origin",
  };
}

/** The request's header by which a page learns the nonce for its own inline scripts. */
export const NONCE_HEADER = "x-nonce";
