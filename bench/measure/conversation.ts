// Runs one job that asks many questions and answers each over HTTP. The samples cover every step between the printed
// question and the answer in the process; several benchmarks share them.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "#lib/db/listen.ts";
import { interaction } from "#lib/contract/interaction.ts";
import { inProject } from "../../scripts/root.ts";
import type { Answered, ArrivedEvent } from "../installation/client.ts";
import { untilEnded } from "../installation/jobs.ts";
import type { Installation } from "../installation/installation.ts";
import { now } from "../clock.ts";

export type Round = {
  /** Just before the question was written to the terminal. */
  printedAt: number;
  /** When the notification of the committed row arrived. */
  rowAt: number;
  eventAt: number;
  answerSentAt: number;
  answerAcceptedAt: number;
  /** When the process had read the answer. */
  readAt: number;
};

type Asked = { eventAt: number; answered?: Answered };

const WARM_UP = 10;
/** Stands for the time a person thinks: all work that the question causes is over by then. */
const THINK_MS = 60;

const conversations = new Map<string, Promise<Round[]>>();

/** Runs each conversation once. @param siblingBytes bytes per second that another process prints meanwhile. */
export function conversation(installation: Installation, rounds: number, siblingBytes = 0): Promise<Round[]> {
  const key = `${rounds} ${siblingBytes}`;
  const known = conversations.get(key) ?? converse(installation, rounds, siblingBytes);
  conversations.set(key, known);
  return known;
}

async function converse(installation: Installation, rounds: number, siblingBytes: number): Promise<Round[]> {
  const report = installation.newReport();
  const program = inProject("bench/programs/ask.ts");
  const args = [String(rounds + WARM_UP), String(siblingBytes)];
  await installation.startWorker([process.execPath, program, report, ...args]);
  const notifiedAt: number[] = [];
  const listener = listen({
    databaseUrl: installation.databaseUrl,
    channels: ["job"],
    onNotification: () => notifiedAt.push(now()),
    onGap: () => undefined,
  });
  try {
    const { job } = await installation.client.createJob();
    const asked = new Map<number, Asked>();
    const errors: unknown[] = [];
    const stream = await installation.client.watch(`/api/jobs/${job.id}/events`, (event) => {
      void answerOnce(installation, event, asked).catch((error: unknown) => errors.push(error));
    });
    await untilEnded(installation, job.id, 60_000 + rounds * 2_000);
    stream.close();
    if (errors.length > 0) throw errors[0];
    return toRounds(report, [...asked.values()], notifiedAt).slice(WARM_UP);
  } finally {
    await listener.close();
    await installation.stopWorkers();
  }
}

async function answerOnce(
  installation: Installation,
  event: ArrivedEvent,
  asked: Map<number, Asked>,
): Promise<void> {
  if (event.event !== "interaction") return;
  const found = interaction.parse(JSON.parse(event.data));
  if (found.state !== "pending" || asked.has(found.id)) return;
  const mine: Asked = { eventAt: event.at };
  asked.set(found.id, mine);
  await sleep(THINK_MS);
  mine.answered = await installation.client.answer(found.jobId, found.id, found.options[0]?.value ?? "y");
}

/** Matches printed questions with received ones by position: no other program asks on this terminal. */
function toRounds(report: string, asked: readonly Asked[], notifiedAt: readonly number[]): Round[] {
  const printed = readFileSync(report, "utf8").trim().split("\n");
  if (printed.length !== asked.length) {
    throw new Error(`${printed.length} questions were printed and ${asked.length} were received`);
  }
  return asked.map(({ eventAt, answered }, index) => {
    const [printedAt = Number.NaN, readAt = Number.NaN] = (printed[index] ?? "").split(" ").map(Number);
    if (answered === undefined) throw new Error("a question was not answered");
    return {
      printedAt,
      rowAt: notifiedAt.find((at) => at >= printedAt) ?? Number.NaN,
      eventAt,
      answerSentAt: answered.sentAt,
      answerAcceptedAt: answered.receivedAt,
      readAt,
    };
  });
}
