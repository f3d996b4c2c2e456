// Each answer is typed once, only into the prompt it was given for, and everybody is told what became of theirs.
import { createHash } from "node:crypto";
import { stripVTControlCharacters } from "node:util";
import type { JobFacts, RoundFacts, StoredAnswer } from "../facts.ts";
import { isCutShort, signalsThatReached } from "./stopped.ts";
import type { Confirmed, GivenSecret } from "../people.ts";

export function checkAnswers(
  { jobs }: RoundFacts,
  confirmed: readonly Confirmed[],
  secrets: readonly GivenSecret[] = [],
): string[] {
  const faults = jobs.flatMap((facts) => [...readsFault(facts, secrets), ...rowsFault(facts)]);
  const stored = new Map(jobs.flatMap(({ answers }) => answers.map((one) => [one.interactionId, one])));
  const winners = new Map<number, Confirmed>();
  for (const one of confirmed) {
    const earlier = winners.get(one.interactionId);
    if (earlier !== undefined)
      faults.push(
        `question ${one.interactionId}: both ${earlier.by} and ${one.by} were told that theirs counts`,
      );
    winners.set(one.interactionId, one);
    const row = stored.get(one.interactionId);
    if (row === undefined || row.answeredBy !== one.by || row.value !== one.value)
      faults.push(
        `question ${one.interactionId}: the confirmed answer of ${one.by} is not the one that is stored`,
      );
  }
  return faults;
}

/** What scap read, in order, is what was given and is said to have been read, in order. */
function readsFault(facts: JobFacts, secrets: readonly GivenSecret[]): string[] {
  const { id, answers, processes, holder } = facts;
  const faults: string[] = [];
  const reads = processes
    .flatMap(({ prompts }) => prompts)
    .filter(({ read }) => read !== null)
    .toSorted((a, b) => a.at - b.at);
  const consumed = answers.filter(({ delivery }) => delivery === "consumed");
  // With its holder the last news of a job is lost: of one answer it may not be known that it was read.
  const untold = holder.state === "dead" ? 1 : 0;
  // Killed after it had read and before it could note that.
  const unnoted = isCutShort(facts) ? 1 : 0;
  if (reads.length < consumed.length - unnoted || reads.length > consumed.length + untold) {
    faults.push(`job ${id}: ${consumed.length} answers are said to be read, scap read ${reads.length}`);
  }
  for (const [index, { text, hidden, read }] of reads.entries()) {
    const given = consumed[index];
    if (given === undefined) break;
    if (hidden !== (given.kind === "secret"))
      faults.push(
        `job ${id}: question ${given.interactionId} is ${given.kind}, the terminal hid it: ${hidden}`,
      );
    else if (hidden ? !isOneOf(secrets, given, read?.text) : read?.text !== given.typed)
      faults.push(
        `job ${id}: question ${given.interactionId} was answered with "${given.typed}", scap read "${read?.text}"`,
      );
    const asked = lastLine(given.message);
    if (!squeeze(text).includes(squeeze(asked)))
      faults.push(`job ${id}: the answer to "${asked}" was read by the prompt ${JSON.stringify(text)}`);
  }
  return faults;
}

/** Whether scap read a secret that was given by whoever is said to have given it. */
function isOneOf(
  secrets: readonly GivenSecret[],
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

function rowsFault(facts: JobFacts): string[] {
  const { id, job, answers, processes } = facts;
  const faults: string[] = [];
  for (const one of answers) {
    if (!one.settled)
      faults.push(`job ${id}: nobody knows what became of the answer to question ${one.interactionId}`);
  }
  for (const one of job.interactions) {
    if (one.state === "pending") faults.push(`job ${id}: question ${one.id} is still open`);
    if (!one.recognised)
      faults.push(`job ${id}: question ${one.id} was not recognised: ${JSON.stringify(one.message)}`);
  }
  // Every prompt is one row, however often its worker died.
  const asked = processes.flatMap(({ prompts }) => prompts).length;
  const again = answers.filter(({ delivery }) => delivery !== "consumed").length;
  // One that was ended as it was asked may not have been waited at.
  const missing = (isCutShort(facts) ? 1 : 0) + signalsThatReached(facts).length;
  if (job.interactions.length < asked - missing || job.interactions.length > asked + again)
    faults.push(`job ${id}: scap asked ${asked} times, there are ${job.interactions.length} questions`);
  return faults;
}

function lastLine(message: string): string {
  return message.trim().split("\n").at(-1) ?? "";
}

function squeeze(text: string): string {
  return stripVTControlCharacters(text).replace(/\s+/g, " ").trim();
}
