// The security headers of every response.
//
// Pages show text of programs and of authors of changes. React and the log parser render it as text only. If one of them
// failed, the Content-Security-Policy would still run no injected script: inline scripts need the nonce of their response.
// Pages cannot be framed, which prevents clickjacking by other hosts of the same site, whose frames get the session cookie.

/**
 * @param nonce of this response only. Next puts it on its inline scripts when the request's own
 * Content-Security-Policy has it: https://nextjs.org/docs/app/guides/content-security-policy
 * @param isHttps whether browsers reach the pages by HTTPS.
 */
export function securityHeaders(nonce: string, isHttps: boolean): Record<string, string> {
  return {
    // Not for the other hosts of the domain, and only where the page is reached by HTTPS.
    ...(isHttps ? { "strict-transport-security": "max-age=31536000" } : {}),
    "content-security-policy": [
      "default-src 'self'",
      // The player of recordings has its terminal emulator in WebAssembly, which runs only what this site serves.
      `script-src 'self' 'nonce-${nonce}' 'wasm-unsafe-eval'`,
      "style-src 'self'",
      // Computed heights and offsets, for example of the virtualised log.
      "style-src-attr 'unsafe-inline'",
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ].join("; "),
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    // Links in changes and output lead to other sites, which must not see the address of the job.
    "referrer-policy": "same-origin",
  };
}

/** The request header from which a page reads the nonce for its inline scripts. */
export const NONCE_HEADER = "x-nonce";
