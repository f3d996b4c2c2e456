// A real program in a real terminal under a real holder, with prompt detection attached as in the worker. Collects the
// questions; the test answers them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { connectHolder } from "../../../holder/client/connect.ts";
import type { HolderRecord, TypeResult } from "../../../holder/protocol/messages.ts";
import { launchSpare, type Spare } from "../../../holder/client/launch.ts";
import { monotonicNow } from "../../../holder/protocol/monotonic-clock.ts";
import { initialState, step } from "../../../worker/prompt/decide.ts";
import type { Effect, Event, Prompt } from "../../../worker/prompt/decide.ts";
import { createProtocolParser, type ProtocolParser } from "../../../worker/prompt/protocol.ts";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import { createScreen, type Screen } from "../../../worker/prompt/screen.ts";
import type { Snapshot } from "../../../worker/prompt/types.ts";
import type { Untimed } from "../../../worker/question-effects.ts";
import { until } from "../../support/until.ts";
import { isAlive } from "../../holder/held-job.ts";

export type LiveJob = {
  /** All prompts so far, in order. */
  prompts: readonly Prompt[];
  withdrawn: readonly string[];
  /** Why answers were not delivered. */
  undelivered: readonly (string | null)[];
  /** Prompts whose answer arrived between two reads: nothing was typed, and they were asked again. */
  missed: ReadonlySet<string>;
  /** The next prompt that this method has not returned yet. */
  nextPrompt(): Promise<Prompt>;
  answer(prompt: Prompt, value: AnswerValue): void;
  isOver(): boolean;
  /** Its output so far. */
  text(): string;
  /** Waits for the end. @returns the exit code. */
  ends(): Promise<number | null>;
};

type Order = { argv: string[]; env: Record<string, string>; cwd?: string; key?: string };

const EPOCH = 1;

export async function startLiveJob(t: TestContext, order: Order): Promise<LiveJob> {
  const { dataDir, spare } = await startProgram(order);
  const detection = createDetection(order.key, async (effect) => {
    const { interactionId, readId, text, secret, by } = effect;
    const typed = await connection.type({ interactionId: String(interactionId), readId, text, secret, by });
    return typed.result;
  });
  const connection = await connectHolder(dataDir, 1, {
    epoch: EPOCH,
    fromPosition: 0,
    onRecord: detection.take,
    onReading: (fact) => detection.dispatch({ kind: "reading", fact, at: Date.now() }),
    onNotReading: (readId) => detection.dispatch({ kind: "notReading", readId, at: Date.now() }),
  });
  t.after(async () => {
    detection.stop();
    if (detection.exit() === undefined) {
      await connection.signal({ signalId: "end of the test", kind: "kill", by: "test" });
    }
    connection.close();
    // Until then the holder writes into its directory.
    await until("the holder to exit", () => spare.pid === undefined || !isAlive(spare.pid));
    rmSync(dataDir, { recursive: true, force: true });
  });
  let returned = 0;

  return {
    ...detection.found,
    async nextPrompt() {
      const prompt = await until("the next question", () => detection.found.prompts[returned]);
      returned += 1;
      return prompt;
    },
    answer: (prompt, value) => answer(detection, prompt, value),
    isOver: () => detection.exit() !== undefined,
    text: () => Buffer.concat(detection.printed).toString("utf8"),
    ends: async () => (await until("the end of the program", detection.exit)).code,
  };
}

async function startProgram({
  argv,
  env,
  cwd = tmpdir(),
}: Order): Promise<{ dataDir: string; spare: Spare }> {
  const dataDir = mkdtempSync(path.join(tmpdir(), "prompt-"));
  const spare = launchSpare({ dataDir });
  const notAfter = monotonicNow() + 60_000;
  const started = await spare.start({
    jobId: 1,
    argv,
    env,
    cwd,
    ...TERMINAL_SIZE,
    notAfter,
    epoch: EPOCH,
  });
  if (!started.started) throw new Error(`not started: ${started.reason}`);
  return { dataDir, spare };
}

type TypeEffect = Extract<Effect, { kind: "type" }>;
type Detection = ReturnType<typeof createDetection>;

/** The reducer, fed with the records of a journal. */
function createDetection(key: string | undefined, type: (effect: TypeEffect) => Promise<TypeResult>) {
  const screen = createScreen(TERMINAL_SIZE);
  const parser = createProtocolParser(key);
  const printed: Buffer[] = [];
  const answered: Prompt[] = [];
  const found = {
    prompts: [] as Prompt[],
    withdrawn: [] as string[],
    undelivered: [] as (string | null)[],
    missed: new Set<string>(),
  };
  let state = initialState();
  let timer: NodeJS.Timeout | undefined;
  let exit: { code: number | null } | undefined;

  function take(record: HolderRecord): void {
    if (record.kind === "output") printed.push(Buffer.from(record.bytes));
    if (record.kind === "exit") exit = { code: record.exit.exitCode };
    for (const event of eventsOf(record, screen, parser)) dispatch({ ...event, at: Date.now() });
  }

  function dispatch(event: Event): void {
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) perform(effect);
  }

  function perform(effect: Effect): void {
    if (effect.kind === "takeSnapshot") void dispatchSnapshot(screen.snapshot());
    if (effect.kind === "open") found.prompts.push(effect.prompt);
    if (effect.kind === "withdraw") found.withdrawn.push(effect.promptKey);
    if (effect.kind === "settle" && effect.delivery !== "consumed") found.undelivered.push(effect.why);
    if (effect.kind === "type") void typeNow(effect);
    if (effect.kind !== "wakeAt") return;
    clearTimeout(timer);
    const waitMs = Math.max(0, effect.at - Date.now());
    timer = setTimeout(() => dispatch({ kind: "tick", at: Date.now() }), waitMs);
  }

  async function dispatchSnapshot(snapshot: Snapshot): Promise<void> {
    await Promise.resolve();
    dispatch({ kind: "snapshot", snapshot, at: Date.now() });
  }

  async function typeNow(effect: TypeEffect): Promise<void> {
    const { interactionId } = effect;
    const result = await type(effect);
    const prompt = answered[interactionId - 1];
    if (result === "not_reading" && prompt !== undefined) found.missed.add(prompt.promptKey);
    dispatch({ kind: "typed", interactionId, result, at: Date.now() });
  }

  return { found, printed, answered, take, dispatch, exit: () => exit, stop: () => clearTimeout(timer) };
}

/** What a record means to the reducer, in order; the screen is drawn meanwhile. */
function* eventsOf(record: HolderRecord, screen: Screen, parser: ProtocolParser): Generator<Untimed<Event>> {
  const position = record.next;
  switch (record.kind) {
    case "output":
      // A record with only a message draws nothing, but the screen is up to date with it.
      screen.feed(new Uint8Array(), position, record.at);
      for (const part of parser.push(record.bytes)) {
        if (part.kind === "bytes") {
          screen.feed(part.bytes, position, record.at);
        } else if (part.message.type === "interaction") {
          yield { kind: "protocolMessage", position, question: questionOf(part.message) };
        }
      }
      yield { kind: "output", position, bytes: record.bytes.length };
      return;
    case "input":
      screen.markAnswered();
      yield { kind: "input", position, interactionId: Number(record.input.interactionId) };
      return;
    case "exit":
      yield { kind: "exited" };
      return;
    case "gap":
    case "note":
    case "signal":
      yield { kind: "output", position, bytes: 0 };
  }
}

function answer({ answered, dispatch }: Detection, prompt: Prompt, value: AnswerValue): void {
  const interactionId = answered.push(prompt);
  const { promptKey, kind } = prompt;
  const at = Date.now();
  const stored = kind === "secret" ? null : value;
  dispatch({
    kind: "answered",
    answer: { interactionId, promptKey, kind, value: stored, answeredBy: "test" },
    at,
  });
  if (kind === "secret" && typeof value === "string") {
    dispatch({ kind: "secret", interactionId, text: value, at });
  }
}
