// No output is lost, duplicated or reordered: the stored output is what scap wrote, as a terminal shows it.
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { createEmulator } from "../../../worker/terminal/emulator.ts";
import type { JobFacts, RoundFacts } from "../facts.ts";
import type { ScapProcess } from "../recordings.ts";
import { expectedOutput, findMismatch } from "../expected-output.ts";
import { isCutShort, signalsThatReached } from "./stop-requests.ts";

export function checkOutput({ jobs }: RoundFacts): string[] {
  return jobs.flatMap((facts) => [...byteViolations(facts), ...lineViolations(facts)]);
}

/** Compares any bytes with the expected output of the job. */
export function outputViolation(facts: JobFacts, stored: Buffer): string | undefined {
  const isCut = isCutShort(facts);
  if (facts.processes.length === 0) {
    return stored.length === 0 || isCut ? undefined : "output without a scap process";
  }
  const [violation, ...others] = [facts.processes, ...withUnreadAnswers(facts)].map((processes) => {
    const [parent = Buffer.alloc(0), ...children] = processes.map((one) =>
      expectedOutput(one, facts.protocolKey),
    );
    return findMismatch(stored, parent, children, { isCut });
  });
  return others.includes(undefined) ? undefined : violation;
}

/** A signal may end a read after the kernel echoed the answer and before scap received it. */
function withUnreadAnswers(facts: JobFacts): ScapProcess[][] {
  if (signalsThatReached(facts).length === 0) return [];
  const given = [...new Set(facts.answers.flatMap(({ typed }) => typed ?? []))];
  return facts.processes.flatMap((process, at) =>
    process.prompts.flatMap((prompt, n) =>
      prompt.read === null
        ? given.map((text) => {
            const prompts = process.prompts.with(n, { ...prompt, read: { at: prompt.at, text } });
            return facts.processes.with(at, { ...process, prompts });
          })
        : [],
    ),
  );
}

function byteViolations(facts: JobFacts): string[] {
  const { id, raw } = facts;
  const violation = outputViolation(facts, raw);
  if (violation !== undefined) return [`job ${id}: the stored output is not what scap wrote: ${violation}`];
  // The comparison must be able to fail: with a byte removed, doubled or swapped.
  return tampered(raw).flatMap(([how, bytes]) =>
    isCutShort(facts) || outputViolation(facts, bytes) !== undefined
      ? []
      : [`job ${id}: the check does not detect ${how}`],
  );
}

function tampered(raw: Buffer): [string, Buffer][] {
  const middle = Math.floor(raw.length / 2);
  if (raw.length < 10) return [];
  const at = raw.subarray(middle).findIndex((byte, index) => byte !== raw[middle + index + 1]) + middle;
  const swapped = Buffer.from(raw);
  swapped[at] = raw[at + 1] ?? 0;
  swapped[at + 1] = raw[at] ?? 0;
  return [
    ["a lost byte", Buffer.concat([raw.subarray(0, at), raw.subarray(at + 1)])],
    ["a doubled byte", Buffer.concat([raw.subarray(0, at + 1), raw.subarray(at)])],
    ["swapped bytes", swapped],
    ["a missing last byte", raw.subarray(0, -1)],
  ];
}

/** The stored lines are those that a terminal shows, after failovers too. */
function lineViolations({ id, raw, lines, job }: JobFacts): string[] {
  if (lines.length !== job.totalLines) return [`job ${id}: ${lines.length} lines, counted ${job.totalLines}`];
  const shown = linesOf(raw);
  const differs = shown.findIndex((line, index) => line !== lines[index]);
  return differs === -1 && shown.length === lines.length
    ? []
    : [
        `job ${id}: a terminal shows ${shown.length} lines, ${lines.length} are stored, the first difference is line ${differs + 1}`,
      ];
}

function linesOf(raw: Buffer): string[] {
  const emulator = createEmulator(TERMINAL_SIZE);
  emulator.write(raw, 0);
  emulator.end();
  return emulator.takeSettled().map(({ text }) => text);
}
