// Each answer is typed once, only into its own prompt, and its author receives the true result.
import { createHash } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import type { JobFacts, RoundFacts, StoredAnswer } from "../facts.ts";
import { isCutShort, signalsThatReached } from "./stop-requests.ts";
import type { ConfirmedAnswer, SentSecret } from "../users.ts";

export function checkAnswers(
  { jobs }: RoundFacts,
  confirmed: readonly ConfirmedAnswer[],
  secrets: readonly SentSecret[] = [],
): string[] {
  const violations = jobs.flatMap((facts) => [...readViolations(facts, secrets), ...rowViolations(facts)]);
  const stored = new Map(jobs.flatMap(({ answers }) => answers.map((one) => [one.interactionId, one])));
  const winners = new Map<number, ConfirmedAnswer>();
  for (const one of confirmed) {
    const earlier = winners.get(one.interactionId);
    if (earlier !== undefined) {
      violations.push(`question ${one.interactionId}: both ${earlier.by} and ${one.by} received 200`);
    }
    winners.set(one.interactionId, one);
    const row = stored.get(one.interactionId);
    if (row === undefined || row.answeredBy !== one.by || row.value !== one.value) {
      violations.push(
        `question ${one.interactionId}: the accepted answer of ${one.by} is not the stored one`,
      );
    }
  }
  return violations;
}

/** The answers that scap read equal the stored answers with delivery `consumed`, in order. */
function readViolations(facts: JobFacts, secrets: readonly SentSecret[]): string[] {
  const { id, answers, processes, holder } = facts;
  const violations: string[] = [];
  const reads = processes
    .flatMap(({ prompts }) => prompts)
    .filter(({ read }) => read !== null)
    .toSorted((a, b) => a.at - b.at);
  const consumed = answers.filter(({ delivery }) => delivery === "consumed");
  // When the holder is killed, the result of one answer may be unknown.
  const unreported = holder.state === "dead" ? 1 : 0;
  // scap was killed after a read, before it recorded the answer.
  const unrecorded = isCutShort(facts) ? 1 : 0;
  if (reads.length < consumed.length - unrecorded || reads.length > consumed.length + unreported) {
    violations.push(
      `job ${id}: ${consumed.length} answers are stored as consumed, scap read ${reads.length}`,
    );
  }
  for (const [index, { text, hidden, read }] of reads.entries()) {
    const given = consumed[index];
    if (given === undefined) break;
    if (hidden !== (given.kind === "secret")) {
      violations.push(
        `job ${id}: question ${given.interactionId} is ${given.kind}, the terminal hid it: ${hidden}`,
      );
    } else if (hidden ? !isOneOf(secrets, given, read?.text) : read?.text !== given.typed) {
      violations.push(
        `job ${id}: question ${given.interactionId} was answered with "${given.typed}", scap read "${read?.text}"`,
      );
    }
    const asked = lastLine(given.message);
    if (!squeeze(text).includes(squeeze(asked))) {
      violations.push(`job ${id}: the answer to "${asked}" was read by the prompt ${JSON.stringify(text)}`);
    }
  }
  return violations;
}

/** Whether scap read a secret of the stored author. */
function isOneOf(
  secrets: readonly SentSecret[],
  { interactionId, answeredBy }: StoredAnswer,
  digest: string | undefined,
): boolean {
  return secrets.some(
    (one) =>
      one.interactionId === interactionId &&
      one.by === answeredBy &&
      createHash("sha256").update(one.value).digest("hex") === digest,
  );
}

function rowViolations(facts: JobFacts): string[] {
  const { id, job, answers, processes } = facts;
  const violations: string[] = [];
  for (const one of answers) {
    if (!one.settled) violations.push(`job ${id}: the answer to question ${one.interactionId} has no result`);
  }
  for (const one of job.interactions) {
    if (one.state === "pending") violations.push(`job ${id}: question ${one.id} is still open`);
    if (!one.recognised) {
      violations.push(`job ${id}: question ${one.id} was not recognised: ${JSON.stringify(one.message)}`);
    }
  }
  // Every prompt has one row, after a failover too.
  const asked = processes.flatMap(({ prompts }) => prompts).length;
  const again = answers.filter(({ delivery }) => delivery !== "consumed").length;
  // scap may have been ended at a prompt before it waited for input.
  const missing = (isCutShort(facts) ? 1 : 0) + signalsThatReached(facts).length;
  if (job.interactions.length < asked - missing || job.interactions.length > asked + again) {
    violations.push(`job ${id}: scap asked ${asked} times, there are ${job.interactions.length} questions`);
  }
  return violations;
}

function lastLine(message: string): string {
  return message.trim().split("\n").at(-1) ?? "";
}

function squeeze(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/g, " ").trim();
}
