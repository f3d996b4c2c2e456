// Refusals: errors that the sender of a request can act on. Each has a stable code, an HTTP status and a title. Results of
// other programs (scap exits with 3, a program is missing) are rows, never exceptions; bugs are plain Errors.
//
// 400 is for a request that is malformed, 422 for one that is well-formed but cannot be accepted. Both name each bad
// field in `errors`, as `{ field, detail }`.

const PROBLEMS = {
  invalid_request: { status: 400, title: "The request is invalid." },
  unacceptable_value: { status: 422, title: "A value cannot be accepted." },
  changes_refused: { status: 422, title: "One or more changes cannot be deployed." },
  not_signed_in: { status: 401, title: "Sign in first." },
  sign_in_refused: { status: 401, title: "Incorrect username or password." },
  account_disabled: { status: 403, title: "This account is disabled." },
  sso_not_configured: { status: 404, title: "Single sign-on is not configured." },
  sso_unreachable: { status: 502, title: "The identity provider is unreachable." },
  sso_refused: { status: 403, title: "The identity provider refused the sign-in." },
  sso_failed: { status: 400, title: "The sign-in could not be completed." },
  sso_no_group: { status: 403, title: "Your account has no access to SpiderPig." },
  sso_not_strong: { status: 403, title: "This sign-in method is not strong enough." },
  sso_name_unusable: { status: 403, title: "Your account has no shell name." },
  sso_name_taken: { status: 409, title: "Your user name is already in use." },
  foreign_origin: {
    status: 403,
    title: "The request comes from another website. Use SpiderPig's configured address, or an API token.",
  },
  too_many_sign_ins: { status: 429, title: "Too many sign-in attempts." },
  passkey_refused: { status: 401, title: "This passkey was not accepted." },
  password_refused: { status: 403, title: "Incorrect password." },
  code_refused: { status: 403, title: "This code is not valid." },
  too_many_codes: { status: 429, title: "Too many wrong codes." },
  confirmation_required: { status: 403, title: "Confirm that it's you first." },
  second_factor_exists: { status: 409, title: "An authenticator app is already set up." },
  second_factor_missing: { status: 409, title: "No such second factor is set up." },
  second_factor_required: {
    status: 409,
    title: "Your role requires a second factor. Add another one first.",
  },
  too_many_credentials: { status: 409, title: "Your account has too many. Remove one first." },
  not_permitted: { status: 403, title: "You don't have permission to do this." },
  account_not_found: { status: 404, title: "Account not found." },
  own_account: { status: 409, title: "You can't do this to your own account. Ask another admin." },
  account_not_disabled: { status: 409, title: "Disable the account first." },
  refused_by_policy: { status: 403, title: "The policy does not permit this." },
  errors_not_confirmed: { status: 409, title: "The error rate is above the threshold of the policy." },
  error_source_not_configured: { status: 404, title: "No error source is configured." },
  policy_not_in_force: { status: 409, title: "There is no policy to override." },
  job_not_found: { status: 404, title: "Job not found." },
  change_not_found: { status: 404, title: "Change not found." },
  token_not_found: { status: 404, title: "API token not found." },
  interaction_not_found: { status: 404, title: "Question not found." },
  operation_not_found: { status: 422, title: "This operation does not exist." },
  operation_changed: { status: 409, title: "The definition of this operation has changed." },
  not_found: { status: 404, title: "Not found." },
  method_not_allowed: { status: 405, title: "This path does not support the method." },
  request_timeout: { status: 408, title: "The request timed out." },
  interaction_already_answered: { status: 409, title: "Another person answered first." },
  interaction_expired: { status: 409, title: "The question has expired." },
  job_already_ended: { status: 409, title: "The job has already ended." },
  job_already_started: { status: 409, title: "The job has already started." },
  job_not_ended: { status: 409, title: "The job has not ended yet." },
  revert_in_progress: { status: 409, title: "Another person has started a revert." },
  nothing_to_revert: { status: 409, title: "This job has nothing to revert." },
  idempotency_conflict: { status: 409, title: "This Idempotency-Key was used for a different request." },
  order_changed: { status: 409, title: "The order was changed by another person." },
  window_closed: { status: 409, title: "This window is closed." },
  window_item_in_progress: { status: 409, title: "A job of this window already contains the change." },
  nothing_to_test: { status: 409, title: "There is nothing to test yet." },
  host_not_found: { status: 404, title: "Host not found." },
  host_drained: { status: 409, title: "This host is drained already." },
  lane_frozen: { status: 409, title: "This lane is frozen." },
  train_unknown: { status: 409, title: "The state of the train is unknown." },
  train_changed: { status: 409, title: "The train has changed." },
  train_busy: { status: 409, title: "Another job moves the train." },
  worker_responding: { status: 409, title: "The worker of this job responded too recently." },
  job_not_held: { status: 409, title: "This job is not held." },
  lane_not_held: { status: 409, title: "This job does not hold its lane." },
  interaction_withdrawn: { status: 410, title: "scap no longer asks this question." },
  output_removed: { status: 410, title: "The output of this job was removed by the retention policy." },
  request_too_late: { status: 412, title: "The request arrived too late." },
  request_too_large: { status: 413, title: "The request is too large." },
  expectation_failed: { status: 417, title: "The Expect header cannot be met." },
  headers_too_large: { status: 431, title: "The address or the headers are too long." },
  answer_not_an_option: { status: 422, title: "This is not a valid answer." },
  too_many_requests: { status: 429, title: "You have too many requests at the same time." },
  too_many_streams: { status: 429, title: "Too many event streams are open." },
  gerrit_query_refused: { status: 422, title: "Gerrit rejected the search." },
  gerrit_unreachable: { status: 502, title: "Gerrit is unreachable." },
  gerrit_timeout: { status: 504, title: "Gerrit did not respond in time." },
  gerrit_untrusted: { status: 502, title: "The connection to Gerrit is not secure." },
  gerrit_failed: { status: 502, title: "Gerrit responded with an error." },
  gerrit_sign_in_required: { status: 502, title: "Gerrit requires signing in." },
  gerrit_redirected: { status: 502, title: "Gerrit redirected the request." },
  gerrit_not_found: { status: 502, title: "Gerrit was not found at the configured address." },
  gerrit_answer_incomplete: { status: 502, title: "Gerrit's response was incomplete." },
  gerrit_answer_invalid: { status: 502, title: "The response is not from Gerrit's API." },
  webhook_not_found: { status: 404, title: "Webhook not found." },
  webhook_delivery_not_found: { status: 404, title: "Delivery not found." },
  webhook_disabled: { status: 409, title: "This webhook is disabled." },
  webhook_delivery_pending: { status: 409, title: "Another attempt of this delivery follows." },
  too_many_webhooks: { status: 409, title: "There are too many webhooks. Delete one first." },
  push_failed: { status: 502, title: "The push service did not accept the notification." },
  worker_unreachable: { status: 503, title: "The worker for this job isn't responding." },
  database_unreachable: { status: 503, title: "The database is unreachable." },
  database_busy: { status: 503, title: "The database is overloaded." },
  internal: { status: 500, title: "Internal error." },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof PROBLEMS;

/** What is wrong with one field of a request: a path such as `changes.0`, or the name of a query parameter. */
export type FieldError = { field: string; detail: string };

const BRAND = Symbol.for("spiderpig.AppError");

export class AppError extends Error {
  /**
   * Next loads this module once for pages and once for routes, which share the services: an error that one copy throws must
   * be recognised by the other, or a refusal would be answered as an internal error.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && BRAND in value;
  }

  readonly [BRAND] = true;
  readonly code: ErrorCode;
  /** Shown to people after the title: what it means for the deployment and what to do. */
  readonly detail: string | undefined;
  /** Machine-readable members of the problem document. */
  readonly extra: Record<string, unknown>;

  constructor(
    code: ErrorCode,
    options: { detail?: string; extra?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(
      options.detail === undefined ? PROBLEMS[code].title : `${PROBLEMS[code].title} ${options.detail}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = "AppError";
    this.code = code;
    this.detail = options.detail;
    this.extra = options.extra ?? {};
  }
}

export function problemOf(code: ErrorCode): { status: number; title: string } {
  return PROBLEMS[code];
}

/** A refusal that names one bad field. @param detail a sentence that says why. */
export function fieldRefusal(
  code: ErrorCode,
  { field, detail }: FieldError,
  options: { extra?: Record<string, unknown>; cause?: unknown } = {},
): AppError {
  return new AppError(code, {
    detail: `${detail} Nothing was changed.`,
    extra: { errors: [{ field, detail }], ...options.extra },
    cause: options.cause,
  });
}
