// Simulated users: they queue deployments, answer concurrently, send invalid and late answers, and release the lanes of lost
// jobs. Each retries when SpiderPig does not respond.
import { setTimeout as sleep } from "node:timers/promises";
import { interaction, type Interaction, interactionList } from "#lib/contract/interaction.ts";
import { job, jobList } from "#lib/contract/job.ts";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { RoundEvents } from "./round-events.ts";
import type { Random } from "./random.ts";

/** Undefined when there was no response in time: then the effect of the request is unknown. */
export type Reply = { status: number; body: unknown } | undefined;
export type Caller = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Reply>;

/** The value of a secret is null, because it is not returned. */
export type ConfirmedAnswer = { interactionId: number; value: AnswerValue | null; by: string };
/** A secret that a user has sent, with or without a response. */
export type SentSecret = { interactionId: number; value: string; by: string };

const REQUEST_TIMEOUT_MS = 4000;
const RETRY_MS = 100;

/** Calls one of the web processes, and switches to the next one after a failure. */
export function createCaller(options: {
  addresses: readonly string[];
  token: string;
  first: number;
  onViolation: (violation: string) => void;
}): Caller {
  let turn = options.first;
  return async (method, path, body, headers = {}) => {
    const address = options.addresses[turn % options.addresses.length] ?? "";
    try {
      const response = await fetch(address + path, {
        method,
        headers: { authorization: `Bearer ${options.token}`, "content-type": "application/json", ...headers },
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (response.status >= 500 && response.status !== 503) {
        options.onViolation(`${method} ${path} returned ${response.status}: ${text.slice(0, 300)}`);
      }
      if (response.status === 503) turn += 1;
      return { status: response.status, body: text === "" ? null : (JSON.parse(text) as unknown) };
    } catch {
      turn += 1;
      return undefined;
    }
  };
}

/** Queues a deployment exactly once; retries use its idempotency key. @returns the job's number. */
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
    if (reply !== undefined && reply.status < 500) {
      throw new Error(`a deployment was refused with ${reply.status}: ${JSON.stringify(reply.body)}`);
    }
    await sleep(RETRY_MS);
  }
  return undefined;
}

/** Answers all questions until the round is over. @returns the answers that were accepted, refused and sent. */
export async function answerQuestions(options: {
  name: string;
  call: Caller;
  random: Random;
  roundEvents: RoundEvents;
  /** Questions that any user has received. */
  seen: Set<number>;
  isOver: () => boolean;
  onViolation: (violation: string) => void;
}): Promise<{ confirmed: ConfirmedAnswer[]; refusals: Map<number, number>; secrets: SentSecret[] }> {
  const { call, random, roundEvents, seen } = options;
  const secrets: SentSecret[] = [];
  const confirmed: ConfirmedAnswer[] = [];
  const refusals = new Map<number, number>();
  const known: Interaction[] = [];
  while (!options.isOver()) {
    const reply = await call("GET", "/api/interactions?state=pending");
    const pending = reply?.status === 200 ? interactionList.parse(reply.body).interactions : [];
    for (const asked of pending) {
      if (!seen.has(asked.id)) roundEvents.note("asked");
      seen.add(asked.id);
      known.push(asked);
      const stale = known[random.between(0, known.length - 1)];
      if (stale !== undefined && random.chance(0.1)) await put(stale, "stale");
      if (random.chance(0.12)) await put(asked, "invalid");
      if (random.chance(0.05)) continue;
      await put(asked, "valid");
    }
    await sleep(random.between(30, 90));
  }
  return { confirmed, refusals, secrets };

  async function put(asked: Interaction, how: "valid" | "stale" | "invalid"): Promise<void> {
    const isSecret = asked.kind === "secret";
    const secret = randomSecret(random);
    const value = isSecret ? secret : how === "invalid" ? "no such answer" : choose(random, asked);
    if (isSecret) secrets.push({ interactionId: asked.id, value: secret, by: options.name });
    const path = `/api/jobs/${asked.jobId}/interactions/${asked.id}/answer`;
    const reply = await call("PUT", path, { value });
    if (reply === undefined || reply.status === 503) return;
    if (reply.status === 200) {
      const answered = interaction.parse(reply.body);
      if (how === "invalid" && asked.options.length > 0) {
        options.onViolation(`an invalid value was accepted for question ${asked.id}`);
      }
      if (answered.answer?.answeredBy !== options.name) {
        options.onViolation(`${options.name} received 200 for an answer of ${answered.answer?.answeredBy}`);
      }
      confirmed.push({ interactionId: asked.id, value: isSecret ? null : value, by: options.name });
      roundEvents.note("answered");
      return;
    }
    refusals.set(reply.status, (refusals.get(reply.status) ?? 0) + 1);
    if (![409, 410, 422].includes(reply.status)) {
      options.onViolation(`an answer was refused with ${reply.status}: ${JSON.stringify(reply.body)}`);
    }
  }
}

/** Mostly the answer that continues. Never shows the diff: a pager shows it, and its output is not recorded. */
function choose(random: Random, asked: Interaction): AnswerValue {
  if (asked.options.length === 0) return random.pick(["because", "why not", ""]);
  if (/see the diff/.test(asked.message)) return asked.kind === "yes_no" ? false : "n";
  const continuing = asked.options.find(({ text }) => /^(yes|continue|proceed|acknowledge)\b/i.test(text));
  if (continuing !== undefined && random.chance(0.8)) return continuing.value;
  return asked.options[random.between(0, asked.options.length - 1)]?.value ?? "";
}

/** Unique, so that any trace of it can be found. */
function randomSecret(random: Random): string {
  return `hush-${[0, 0, 0].map(() => random.next().toString(36).slice(2, 10)).join("-")}`;
}

/** Releases the lane of each lost job after a delay. */
export async function releaseLanes(options: {
  call: Caller;
  random: Random;
  isOver: () => boolean;
}): Promise<void> {
  const released = new Set<number>();
  while (!options.isOver()) {
    const reply = await options.call("GET", "/api/jobs?state=lost&limit=100");
    const lost = reply?.status === 200 ? jobList.parse(reply.body).jobs : [];
    for (const { id } of lost) {
      if (released.has(id)) continue;
      await sleep(options.random.between(100, 700));
      const answer = await options.call("POST", `/api/jobs/${id}/lane-release`, { note: "checked" });
      // 409: an earlier attempt succeeded without a response.
      if (answer?.status === 200 || answer?.status === 409) released.add(id);
    }
    await sleep(150);
  }
}
