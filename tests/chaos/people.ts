// Those who use SpiderPig while its parts die: they queue deployments, answer at the same time as others, answer
// wrongly and too late, and free the lanes of lost jobs. Each tries again when nobody is there, as a person would.
import { setTimeout as sleep } from "node:timers/promises";
import { interaction, type Interaction, interactionList } from "#lib/contract/interaction.ts";
import { job, jobList } from "#lib/contract/job.ts";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Moments } from "./moments.ts";
import type { Random } from "./random.ts";

/** `undefined` when nobody answered, or not in time: then it is not known what was done. */
export type Reply = { status: number; body: unknown } | undefined;
export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Reply>;

/** Of a secret nothing comes back: its value is null. */
export type Confirmed = { interactionId: number; value: AnswerValue | null; by: string };
/** One that somebody has sent, heard or not. */
export type GivenSecret = { interactionId: number; value: string; by: string };

const PATIENCE_MS = 4000;
const RETRY_MS = 100;

/** Calls one of the web processes, and another one the next time when it is not there. */
export function createCaller(options: {
  addresses: readonly string[];
  token: string;
  first: number;
  onFault: (fault: string) => void;
}): Caller {
  let turn = options.first;
  return async (method, path, body, headers = {}) => {
    const address = options.addresses[turn % options.addresses.length] ?? "";
    try {
      const response = await fetch(address + path, {
        method,
        headers: { authorization: `Bearer ${options.token}`, "content-type": "application/json", ...headers },
        signal: AbortSignal.timeout(PATIENCE_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status >= 500 && response.status !== 503) {
        options.onFault(`${method} ${path} was answered with ${response.status}: ${text.slice(0, 300)}`);
      }
      if (response.status === 503) turn += 1;
      return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
    } catch {
      turn += 1;
      return undefined;
    }
  };
}

/** Queues a deployment, once, however often it has to ask. @returns the job's number. */
export async function queueDeployment(
  call: Caller,
  wanted: { lane: string; change: number; key: string },
  isOver: () => boolean,
): Promise<number | undefined> {
  while (!isOver()) {
    const reply = await call(
      "POST",
      "/api/jobs",
      { kind: "backport", changes: [String(wanted.change)], lane: wanted.lane },
      { "idempotency-key": wanted.key },
    );
    if (reply?.status === 201) return job.parse(reply.body).id;
    if (reply !== undefined && reply.status < 500)
      throw new Error(`a deployment was refused with ${reply.status}: ${JSON.stringify(reply.body)}`);
    await sleep(RETRY_MS);
  }
  return undefined;
}

/** Answers whatever is asked, until it is over. @returns the answers that were confirmed as its own. */
export async function answerImpatiently(options: {
  name: string;
  call: Caller;
  random: Random;
  moments: Moments;
  /** Questions that anybody has seen. */
  seen: Set<number>;
  isOver: () => boolean;
  onFault: (fault: string) => void;
}): Promise<{ confirmed: Confirmed[]; refusals: Map<number, number>; secrets: GivenSecret[] }> {
  const { call, random, moments, seen } = options;
  const secrets: GivenSecret[] = [];
  const confirmed: Confirmed[] = [];
  const refusals = new Map<number, number>();
  const known: Interaction[] = [];
  while (!options.isOver()) {
    const reply = await call("GET", "/api/interactions?state=pending");
    const pending = reply?.status === 200 ? interactionList.parse(reply.body).interactions : [];
    for (const asked of pending) {
      if (!seen.has(asked.id)) moments.note("asked");
      seen.add(asked.id);
      known.push(asked);
      const stale = known[random.between(0, known.length - 1)];
      if (stale !== undefined && random.chance(0.1)) await put(stale, "stale");
      if (random.chance(0.12)) await put(asked, "wrong");
      if (random.chance(0.05)) continue;
      await put(asked, "fit");
    }
    await sleep(random.between(30, 90));
  }
  return { confirmed, refusals, secrets };

  async function put(asked: Interaction, how: "fit" | "stale" | "wrong"): Promise<void> {
    const isSecret = asked.kind === "secret";
    const secret = drawSecret(random);
    const value = isSecret ? secret : how === "wrong" ? "no such answer" : choose(random, asked);
    if (isSecret) secrets.push({ interactionId: asked.id, value: secret, by: options.name });
    const path = `/api/jobs/${asked.jobId}/interactions/${asked.id}/answer`;
    const reply = await call("PUT", path, { value });
    if (reply === undefined || reply.status === 503) return;
    if (reply.status === 200) {
      const answered = interaction.parse(reply.body);
      if (how === "wrong" && asked.options.length > 0)
        options.onFault(`a value that is no option was accepted for question ${asked.id}`);
      if (answered.answer?.answeredBy !== options.name)
        options.onFault(`${options.name} was told 200 for an answer of ${answered.answer?.answeredBy}`);
      confirmed.push({ interactionId: asked.id, value: isSecret ? null : value, by: options.name });
      moments.note("answered");
      return;
    }
    refusals.set(reply.status, (refusals.get(reply.status) ?? 0) + 1);
    if (![409, 410, 422].includes(reply.status))
      options.onFault(`an answer was refused with ${reply.status}: ${JSON.stringify(reply.body)}`);
  }
}

/** Mostly what goes on; of the diff always no, because it is shown by a pager, of which no recording knows. */
function choose(random: Random, asked: Interaction): AnswerValue {
  if (asked.options.length === 0) return random.pick(["because", "why not", ""]);
  if (/see the diff/.test(asked.message)) return asked.kind === "yes_no" ? false : "n";
  const onwards = asked.options.find(({ text }) => /^(yes|continue|proceed|acknowledge)\b/i.test(text));
  if (onwards !== undefined && random.chance(0.8)) return onwards.value;
  return asked.options[random.between(0, asked.options.length - 1)]?.value ?? "";
}

/** Nothing else in the world looks like it. */
function drawSecret(random: Random): string {
  return `hush-${[0, 0, 0].map(() => random.next().toString(36).slice(2, 10)).join("-")}`;
}

/** Frees the lane of each lost job, a while after it was lost. */
export async function freeLanes(options: {
  call: Caller;
  random: Random;
  isOver: () => boolean;
}): Promise<void> {
  const freed = new Set<number>();
  while (!options.isOver()) {
    const reply = await options.call("GET", "/api/jobs?state=lost&limit=100");
    const lost = reply?.status === 200 ? jobList.parse(reply.body).jobs : [];
    for (const { id } of lost) {
      if (freed.has(id)) continue;
      await sleep(options.random.between(100, 700));
      const answer = await options.call("POST", `/api/jobs/${id}/lane-release`, { note: "looked at it" });
      // A second time it is held no more: the first try went through without an answer.
      if (answer?.status === 200 || answer?.status === 409) freed.add(id);
    }
    await sleep(150);
  }
}
