// Refusals: what a caller can act on. Each has a stable code, an HTTP status and a sentence for people.
// Outcomes of the outside world (scap exits 3, a program is missing) are rows, never exceptions; bugs are
// plain Errors.

const PROBLEMS = {
  invalid_request: { status: 400, title: "The request is not in the expected form." },
  changes_refused: { status: 400, title: "One or more changes cannot be deployed." },
  not_signed_in: { status: 401, title: "Sign in first." },
  sign_in_refused: { status: 401, title: "The user name or the password is not right." },
  account_disabled: { status: 403, title: "This account is disabled." },
  foreign_origin: {
    status: 403,
    title:
      "The request does not come from SpiderPig's own pages. Use the address it is configured for, or an API token.",
  },
  too_many_sign_ins: { status: 429, title: "Too many attempts to sign in." },
  not_permitted: { status: 403, title: "Your account may look, but not do this." },
  job_not_found: { status: 404, title: "There is no job with this number." },
  interaction_not_found: { status: 404, title: "This job has no such question." },
  not_found: { status: 404, title: "There is nothing here." },
  interaction_already_answered: { status: 409, title: "Somebody else answered first." },
  interaction_expired: { status: 409, title: "Nobody answered in time, and the question has expired." },
  job_already_ended: { status: 409, title: "The job has already ended." },
  job_already_started: { status: 409, title: "The job has already started." },
  job_not_ended: { status: 409, title: "The job has not ended yet." },
  idempotency_conflict: { status: 409, title: "This Idempotency-Key was used for a different request." },
  lane_frozen: { status: 409, title: "This lane is frozen." },
  worker_not_silent: { status: 409, title: "The worker of this job was heard too recently." },
  lane_not_held: { status: 409, title: "This lane is not held by that job." },
  interaction_withdrawn: { status: 410, title: "scap no longer asks this." },
  output_removed: { status: 410, title: "The output of this job was removed by the retention rule." },
  request_too_large: { status: 413, title: "The request is too large." },
  answer_not_an_option: { status: 422, title: "That is not one of the answers." },
  gerrit_unreachable: { status: 502, title: "Gerrit did not answer." },
  worker_unreachable: { status: 503, title: "No worker can take this at the moment." },
  database_unreachable: { status: 503, title: "The database cannot be reached, or is overloaded." },
  internal: { status: 500, title: "Something went wrong on our side." },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof PROBLEMS;

export class AppError extends Error {
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

/** Wherever a request meets it first, people are told the same. */
export function databaseUnreachable(cause: unknown): AppError {
  return new AppError("database_unreachable", {
    // A connection that breaks while the transaction commits does not tell whether it has.
    detail:
      "Running deployments go on. Try again in a moment, but look first: if the connection broke at the very last, this was done all the same.",
    cause,
  });
}
