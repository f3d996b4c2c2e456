// No byte of output is lost, doubled or moved: what is stored is what scap wrote, as a terminal shows it.
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { createEmulator } from "../../../worker/terminal/emulator.ts";
import type { JobFacts, RoundFacts } from "../facts.ts";
import type { ScapProcess } from "../recordings.ts";
import { shownBy, weaveFault } from "../shown.ts";
import { isCutShort, signalsThatReached } from "./stopped.ts";

export function checkOutput({ jobs }: RoundFacts): string[] {
  return jobs.flatMap((facts) => [...bytesFault(facts), ...linesFault(facts)]);
}

/** The comparison itself, for anything that claims to be the job's output. */
export function outputFault(facts: JobFacts, stored: Buffer): string | undefined {
  const isCut = isCutShort(facts);
  if (facts.processes.length === 0)
    return stored.length === 0 || isCut ? undefined : "output of a scap that never ran";
  const [fault, ...others] = [facts.processes, ...withUnreadAnswers(facts)].map((processes) => {
    const [parent = Buffer.alloc(0), ...children] = processes.map((one) => shownBy(one, facts.protocolKey));
    return weaveFault(stored, parent, children, { isCut });
  });
  return others.includes(undefined) ? undefined : fault;
}

/** A signal may end a read after the kernel has shown the answer and before scap had it. */
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

function bytesFault(facts: JobFacts): string[] {
  const { id, raw } = facts;
  const fault = outputFault(facts, raw);
  if (fault !== undefined) return [`job ${id}: the stored output is not what scap wrote: ${fault}`];
  // The comparison has to be able to fail: with a byte less, one twice, two exchanged.
  return tampered(raw).flatMap(([how, bytes]) =>
    isCutShort(facts) || outputFault(facts, bytes) !== undefined
      ? []
      : [`job ${id}: the check of the output does not notice ${how}`],
  );
}

function tampered(raw: Buffer): [string, Buffer][] {
  const middle = Math.floor(raw.length / 2);
  if (raw.length < 10) return [];
  const at = raw.subarray(middle).findIndex((byte, index) => byte !== raw[middle + index + 1]) + middle;
  const exchanged = Buffer.from(raw);
  exchanged[at] = raw[at + 1] ?? 0;
  exchanged[at + 1] = raw[at] ?? 0;
  return [
    ["a lost byte", Buffer.concat([raw.subarray(0, at), raw.subarray(at + 1)])],
    ["a doubled byte", Buffer.concat([raw.subarray(0, at + 1), raw.subarray(at)])],
    ["exchanged bytes", exchanged],
    ["a lost end", raw.subarray(0, -1)],
  ];
}

/** The lines that people and SQL see are those that a terminal shows of the bytes, also when several workers had the job. */
function linesFault({ id, raw, lines, job }: JobFacts): string[] {
  if (lines.length !== job.totalLines) return [`job ${id}: ${lines.length} lines, counted ${job.totalLines}`];
  const shown = linesOf(raw);
  const differs = shown.findIndex((line, index) => line !== lines[index]);
  return differs === -1 && shown.length === lines.length
    ? []
    : [
        `job ${id}: a terminal shows ${shown.length} lines, ${lines.length} are stored, another one at ${differs + 1}`,
      ];
}

function linesOf(raw: Buffer): string[] {
  const emulator = createEmulator(TERMINAL_SIZE);
  emulator.write(raw, 0);
  emulator.end();
  return emulator.takeSettled().map(({ text }) => text);
}
