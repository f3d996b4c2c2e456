// Why single sign-on did not work, as refusals. After the provider has sent the browser back, only the code is in the address of
// the sign-in page, which shows the same texts.
import { AppError, type ErrorCode } from "../../errors.ts";
import { ProviderError } from "./provider-error.ts";

const TRY_AGAIN = "Nothing was changed. Try again.";

export const SSO_PROBLEMS = {
  sso_unreachable: "Deployments and signed-in sessions continue. Try again later.",
  sso_refused: "The sign-in was cancelled there, or your account may not use SpiderPig. Try again.",
  sso_failed: `It took longer than ten minutes, or did not begin in this browser. ${TRY_AGAIN}`,
  sso_no_group: "You are in none of the groups that may use SpiderPig. Ask an administrator for access.",
  sso_not_strong:
    "SpiderPig requires a stronger method, for example a second factor. Set it up at your identity provider.",
  sso_name_unusable:
    "The identity provider sends no name that can be a shell name. Contact an administrator.",
  sso_name_taken: "Another account of SpiderPig has your name. An administrator must link or rename it.",
  account_disabled: "Contact an administrator.",
} as const satisfies Partial<Record<ErrorCode, string>>;

export type SsoProblem = keyof typeof SSO_PROBLEMS;

export function isSsoProblem(code: string): code is SsoProblem {
  return Object.hasOwn(SSO_PROBLEMS, code);
}

export function ssoRefusal(code: SsoProblem, cause?: unknown): AppError {
  return new AppError(code, { detail: SSO_PROBLEMS[code], cause });
}

const CODES = {
  unavailable: "sso_unreachable",
  refused: "sso_refused",
  untrusted: "sso_failed",
} as const satisfies Record<ProviderError["kind"], SsoProblem>;

/** The refusal for an error of the provider; other errors as they are. */
export function toSsoRefusal(error: unknown): unknown {
  return error instanceof ProviderError ? ssoRefusal(CODES[error.kind], error) : error;
}
