// One job that asks many times, answered by a program over HTTP: the samples of everything between a printed question
// and the answer in the asking process. Several figures look at the same conversation from different sides.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "#lib/db/listen.ts";
import { interaction } from "#lib/contract/interaction.ts";
import { inProject } from "../../scripts/root.ts";
import type { Answered, ArrivedEvent } from "../world/client.ts";
import { untilEnded } from "../world/jobs.ts";
import type { World } from "../world/world.ts";
import { now } from "./clock.ts";

export type Round = {
  /** Just before the question was written to the terminal. */
  printedAt: number;
  /** When the database told that the row was committed. */
  rowAt: number;
  eventAt: number;
  answerSentAt: number;
  answerAcceptedAt: number;
  /** When the process had the answer. */
  readAt: number;
};

type Asked = { eventAt: number; answered?: Answered };

const WARM_UP = 10;
/** What a person takes to answer, cut short: whatever the question caused is over by then. */
const THINK_MS = 60;

const held = new Map<string, Promise<Round[]>>();

/** The same conversation is held once. @param siblingBytes a second, printed by another process meanwhile. */
export function conversation(world: World, rounds: number, siblingBytes = 0): Promise<Round[]> {
  const key = `${rounds} ${siblingBytes}`;
  const known = held.get(key) ?? converse(world, rounds, siblingBytes);
  held.set(key, known);
  return known;
}

async function converse(world: World, rounds: number, siblingBytes: number): Promise<Round[]> {
  const report = world.newReport();
  const program = inProject("bench/programs/ask.ts");
  const words = [String(rounds + WARM_UP), String(siblingBytes)];
  await world.startWorker([process.execPath, program, report, ...words]);
  const notifiedAt: number[] = [];
  const listener = listen({
    databaseUrl: world.databaseUrl,
    channels: ["job"],
    onNotification: () => notifiedAt.push(now()),
    onGap: () => undefined,
  });
  try {
    const { job } = await world.client.createJob();
    const asked = new Map<number, Asked>();
    const faults: unknown[] = [];
    const stream = await world.client.watch(`/api/jobs/${job.id}/events`, (event) => {
      void answerOnce(world, event, asked).catch((fault: unknown) => faults.push(fault));
    });
    await untilEnded(world, job.id, 60_000 + rounds * 2_000);
    stream.close();
    if (faults.length > 0) throw faults[0];
    return join(report, [...asked.values()], notifiedAt).slice(WARM_UP);
  } finally {
    await listener.close();
    await world.stopWorkers();
  }
}

async function answerOnce(world: World, event: ArrivedEvent, asked: Map<number, Asked>): Promise<void> {
  if (event.event !== "interaction") return;
  const found = interaction.parse(JSON.parse(event.data));
  if (found.state !== "pending" || asked.has(found.id)) return;
  const mine: Asked = { eventAt: event.at };
  asked.set(found.id, mine);
  await sleep(THINK_MS);
  mine.answered = await world.client.answer(found.jobId, found.id, found.options[0]?.value ?? "y");
}

/** The n-th question that was printed is the n-th that was asked: nothing else asks on this terminal. */
function join(report: string, asked: readonly Asked[], notifiedAt: readonly number[]): Round[] {
  const printed = readFileSync(report, "utf8").trim().split("\n");
  if (printed.length !== asked.length)
    throw new Error(`${printed.length} questions were printed and ${asked.length} were seen`);
  return asked.map(({ eventAt, answered }, index) => {
    const [printedAt = Number.NaN, readAt = Number.NaN] = (printed[index] ?? "").split(" ").map(Number);
    if (answered === undefined) throw new Error("a question was not answered");
    return {
      printedAt,
      rowAt: notifiedAt.find((at) => at >= printedAt) ?? Number.NaN,
      eventAt,
      answerSentAt: answered.sentAt,
      answerAcceptedAt: answered.gotAt,
      readAt,
    };
  });
}
