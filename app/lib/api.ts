// The page's one way to the server: sends, checks the answer against its wire schema, and turns every failure
// into an ApiError whose `code` callers branch on. Two codes are the page's own: `network` (no answer came) and
// `unexpected_answer` (something between us and the server answered, or page and server differ in version).
import { z } from "zod";
import { problem, type Interaction, type RefusedChange } from "#lib/wire/schemas.ts";

export type ApiProblem = {
  code: string;
  status: number;
  title: string;
  detail: string | undefined;
  refused: readonly RefusedChange[];
  interaction: Interaction | undefined;
};

export class ApiError extends Error {
  readonly problem: ApiProblem;

  constructor(facts: Partial<ApiProblem> & { code: string; title: string }, cause?: unknown) {
    super(facts.detail === undefined ? facts.title : `${facts.title} ${facts.detail}`, { cause });
    this.name = "ApiError";
    this.problem = { status: 0, detail: undefined, refused: [], interaction: undefined, ...facts };
  }

  get code(): string {
    return this.problem.code;
  }
}

export type ApiRequest<T> = {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  path: string;
  answer: z.ZodType<T>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** @throws ApiError, or the AbortError of `signal` when the caller itself gave up. */
export async function callApi<T>(request: ApiRequest<T>): Promise<T> {
  const response = await send(request);
  const json = await readJson(response);
  if (!response.ok) throw refusal(response.status, json);
  const parsed = request.answer.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ApiError(
    {
      code: "unexpected_answer",
      status: response.status,
      title: "The server answered in an unknown form.",
      detail: "Reload the page; it may be older than the server.",
    },
    parsed.error,
  );
}

async function send<T>(request: ApiRequest<T>): Promise<Response> {
  const hasBody = request.body !== undefined;
  try {
    return await fetch(request.path, {
      method: request.method ?? "GET",
      headers: { ...(hasBody ? { "content-type": "application/json" } : {}), ...request.headers },
      ...(hasBody ? { body: JSON.stringify(request.body) } : {}),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
      cache: "no-store",
    });
  } catch (cause) {
    if (request.signal?.aborted === true) throw cause;
    throw new ApiError(
      {
        code: "network",
        title: "The server did not answer.",
        detail: "Check your connection and try again.",
      },
      cause,
    );
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // An empty or HTML answer: `refusal` and the schema say what that means.
    return undefined;
  }
}

function refusal(status: number, json: unknown): ApiError {
  const parsed = problem.safeParse(json);
  if (!parsed.success) {
    return new ApiError({
      code: "unexpected_answer",
      status,
      title: `The server answered with ${status}.`,
      detail: "Try again; if it stays, tell whoever runs this site.",
    });
  }
  const { code, title, detail, refused, interaction } = parsed.data;
  return new ApiError({ code, status, title, detail, refused: refused ?? [], interaction });
}

/** For catch blocks: what to show, whatever was thrown. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiError) return error.problem;
  return new ApiError({ code: "internal", title: "Something went wrong on this page." }, error).problem;
}
