// The services that say which version and which task the train has. They are asked once a minute, and a failure is shown only when it
// lasts: each change of the state reaches every open page.
import { listBranches } from "#lib/gerrit/branches.ts";
import { GerritFailure } from "#lib/gerrit/request.ts";
import type { TrainSources } from "#lib/domain/train-files.ts";

const INTERVAL_MS = 60_000;
/** How long the last response counts while a service does not respond. */
const KEPT_MS = 10 * 60_000;
const TIMEOUT_MS = 5000;
const RESPONSE_CHARS_MAX = 64 * 1024;
const REASON_MAX = 200;

export type TrainServices = { read(): Promise<Pick<TrainSources, "task" | "branches">> };

export function createTrainServices(options: {
  blockersUrl: string | undefined;
  /** Without a trailing slash. */
  gerritUrl: string | undefined;
  project: string;
  now?: () => number;
}): TrainServices {
  const { blockersUrl, gerritUrl, project, now = Date.now } = options;
  const task = createCached(now, async () =>
    blockersUrl === undefined ? undefined : fetchTask(blockersUrl),
  );
  const branches = createCached(now, async () => {
    if (gerritUrl === undefined) throw new Error("GERRIT_URL is not set");
    return listBranches(gerritUrl, project, "wmf/");
  });
  return {
    async read() {
      const [ofTask, ofBranches] = await Promise.all([task(), branches()]);
      return { task: ofTask, branches: ofBranches };
    },
  };
}

async function fetchTask(url: string): Promise<{ text: string }> {
  const response = await fetch(url, {
    headers: { accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`it responded with ${response.status}`);
  }
  const text = await response.text();
  if (text.length > RESPONSE_CHARS_MAX) throw new Error("its response is too large");
  return { text };
}

/** The last good response while it is recent; otherwise why there is none. */
function createCached<T>(now: () => number, load: () => Promise<T>): () => Promise<T | { problem: string }> {
  let good: { value: T; atMs: number } | undefined;
  let last: { value: T | { problem: string }; atMs: number } | undefined;
  return async () => {
    if (last !== undefined && now() - last.atMs < INTERVAL_MS) return last.value;
    try {
      good = { value: await load(), atMs: now() };
      last = good;
    } catch (error) {
      const isRecent = good !== undefined && now() - good.atMs < KEPT_MS;
      const value = isRecent && good !== undefined ? good.value : { problem: reasonOf(error) };
      last = { value, atMs: now() };
    }
    return last.value;
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof GerritFailure) return `it ${error.message}`;
  if (!(error instanceof Error)) return "it failed";
  if (error.name === "TimeoutError") return `it took longer than ${TIMEOUT_MS / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : undefined;
  return (code ?? error.message).slice(0, REASON_MAX);
}
