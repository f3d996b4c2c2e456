// A real program in a real terminal under a real holder, with prompt detection attached as in the worker. Collects the
// questions; the test answers them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import type { TestContext } from "node:test";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { TERMINAL_SIZE } from "#lib/domain/terminal.ts";
import { connectHolder } from "../../../holder/client/connect.ts";
import type { HolderRecord } from "../../../holder/protocol/messages.ts";
import { launchSpare } from "../../../holder/client/launch.ts";
import { monotonicNow } from "../../../holder/protocol/monotonic-clock.ts";
import { initialState, step } from "../../../worker/prompt/decide.ts";
import type { Effect, Event, Prompt } from "../../../worker/prompt/decide.ts";
import { createProtocolParser } from "../../../worker/prompt/protocol.ts";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";
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
  const dataDir = mkdtempSync(path.join(tmpdir(), "prompt-"));
  const spare = launchSpare({
    dataDir,
    cacheDir: path.join(tmpdir(), `holder-tests-cache-${userInfo().uid}`),
  });
  const { argv, env, cwd = tmpdir() } = order;
  const started = await spare.start({
    jobId: 1,
    argv,
    env,
    cwd,
    ...TERMINAL_SIZE,
    notAfter: monotonicNow() + 60_000,
    epoch: EPOCH,
  });
  if (!started.started) throw new Error(`not started: ${started.reason}`);

  const screen = createScreen(TERMINAL_SIZE);
  const parser = createProtocolParser(order.key);
  const prompts: Prompt[] = [];
  const withdrawn: string[] = [];
  const undelivered: (string | null)[] = [];
  const answered: Prompt[] = [];
  const missed = new Set<string>();
  let state = initialState();
  let timer: NodeJS.Timeout | undefined;
  const printed: Buffer[] = [];
  let returned = 0;
  let exit: { code: number | null } | undefined;

  const connection = await connectHolder(dataDir, 1, {
    epoch: EPOCH,
    fromPosition: 0,
    onRecord: take,
    onReading: (fact) => dispatch({ kind: "reading", fact, at: Date.now() }),
    onNotReading: (readId) => dispatch({ kind: "notReading", readId, at: Date.now() }),
  });
  t.after(async () => {
    clearTimeout(timer);
    if (exit === undefined) {
      await connection.signal({ signalId: "end of the test", kind: "kill", by: "test" });
    }
    connection.close();
    // Until then the holder writes into its directory.
    await until("the holder to exit", () => spare.pid === undefined || !isAlive(spare.pid));
    rmSync(dataDir, { recursive: true, force: true });
  });

  function take(record: HolderRecord): void {
    const at = Date.now();
    const position = record.next;
    switch (record.kind) {
      case "output":
        printed.push(Buffer.from(record.bytes));
        // A record with only a message draws nothing, but the screen is up to date with it.
        screen.feed(new Uint8Array(), position, record.at);
        for (const part of parser.push(record.bytes)) {
          if (part.kind === "bytes") {
            screen.feed(part.bytes, position, record.at);
          } else if (part.message.type === "interaction") {
            dispatch({ kind: "protocolMessage", position, question: questionOf(part.message), at });
          }
        }
        return dispatch({ kind: "output", position, bytes: record.bytes.length, at });
      case "input":
        screen.markAnswered();
        return dispatch({ kind: "input", position, interactionId: Number(record.input.interactionId), at });
      case "exit":
        exit = { code: record.exit.exitCode };
        return dispatch({ kind: "exited", at });
      case "gap":
      case "note":
      case "signal":
        return dispatch({ kind: "output", position, bytes: 0, at });
    }
  }

  function dispatch(event: Event): void {
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) perform(effect);
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case "takeSnapshot":
        void dispatchSnapshot();
        return;
      case "open":
        prompts.push(effect.prompt);
        return;
      case "withdraw":
        withdrawn.push(effect.promptKey);
        return;
      case "settle":
        if (effect.delivery !== "consumed") undelivered.push(effect.why);
        return;
      case "wakeAt":
        clearTimeout(timer);
        timer = setTimeout(
          () => dispatch({ kind: "tick", at: Date.now() }),
          Math.max(0, effect.at - Date.now()),
        );
        return;
      case "type":
        void type(effect);
    }
  }

  async function dispatchSnapshot(): Promise<void> {
    const snapshot = screen.snapshot();
    await Promise.resolve();
    dispatch({ kind: "snapshot", snapshot, at: Date.now() });
  }

  async function type({
    interactionId,
    kind: _kind,
    ...order
  }: Extract<Effect, { kind: "type" }>): Promise<void> {
    const { result } = await connection.type({ interactionId: String(interactionId), ...order });
    const prompt = answered[interactionId - 1];
    if (result === "not_reading" && prompt !== undefined) missed.add(prompt.promptKey);
    dispatch({ kind: "typed", interactionId, result, at: Date.now() });
  }

  return {
    prompts,
    withdrawn,
    undelivered,
    missed,
    async nextPrompt() {
      const prompt = await until("the next question", () => prompts[returned]);
      returned += 1;
      return prompt;
    },
    answer(prompt, value) {
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
    },
    isOver: () => exit !== undefined,
    text: () => Buffer.concat(printed).toString("utf8"),
    ends: async () => (await until("the end of the program", () => exit)).code,
  };
}
