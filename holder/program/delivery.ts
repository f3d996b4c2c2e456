// Types answers into the terminal: each once, only into the read it was meant for, only while that read is open.
//
// Nothing between the last check and the write yields the processor, so the program can hardly have continued. The journal's
// file has the input before the program receives it, for a worker that reads it after this process has died. It is synced to
// the disk before the result is reported, not before the input is typed: a machine that goes down takes the program with it,
// so an input saved earlier would be worth nothing, and waiting for the disk was a tenth of the round trip of an answer.
// What the program did not read is discarded, so it can never answer a later question; it is not sent again.

import { setTimeout as sleep } from "node:timers/promises";
import { awaitConsumption } from "./consumption.ts";
import type { Wait } from "./input-wait.ts";
import { encodeKeystrokes } from "./keystrokes.ts";
import type { InputRecord, TypeOrder, TypeResult, Typed } from "../protocol/messages.ts";
import type { Terminal } from "./terminal.ts";
import type { ReadWatcher } from "./read-watcher.ts";
import { firstPart, typeEnterIfEdited, watchEcho } from "./separate-enter.ts";

export type DeliveryJournal = {
  /** Returns when the record survives this process, or certainly does not. */
  recordInput(input: InputRecord): void;
  /** Returns when the records survive a crash of the machine, or certainly do not. */
  sync(): void;
  recordResult(interactionId: string, result: TypeResult): void;
};

/** A program that polls repeatedly, or handles a signal, is not in its call at every moment. */
const CHECKS_MAX = 20;
const CHECK_MS = 5;

export type Delivery = {
  /** Never rejects. Orders are carried out one after the other. */
  type(order: TypeOrder): Promise<Typed>;
  /**
   * Types the terminal's own reply to a query. Only while a program waits for keys; what it does not read is discarded. Never
   * rejects.
   * @returns whether the program read it.
   */
  replyToQuery(text: string): Promise<boolean>;
  /** The command has ended: settles the order in progress with what can be seen now. */
  finish(): Promise<void>;
};

type Typing = {
  readonly terminal: Terminal;
  readonly watcher: ReadWatcher;
  readonly journal: DeliveryJournal;
  /** Interactions whose text was typed; one entry for each question that was answered. */
  readonly results: Map<string, TypeResult>;
  isEnding: boolean;
};

export function createDelivery(terminal: Terminal, watcher: ReadWatcher, journal: DeliveryJournal): Delivery {
  const typing: Typing = { terminal, watcher, journal, results: new Map(), isEnding: false };
  const inFlight = new Map<string, Promise<Typed>>();
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = last.then(work);
    last = done;
    return done;
  }

  return {
    type(order) {
      const { interactionId } = order;
      const repeated = inFlight.get(interactionId);
      if (repeated !== undefined) return repeated;
      const typed = inTurn(() => typeNow(typing, order));
      inFlight.set(interactionId, typed);
      void typed.finally(() => inFlight.delete(interactionId));
      return typed;
    },
    replyToQuery: (text) => inTurn(() => typeReply(typing, Buffer.from(text))),
    async finish() {
      typing.isEnding = true;
      await last;
    },
  };
}

async function typeReply(typing: Typing, bytes: Buffer): Promise<boolean> {
  const wait = typing.watcher.findRawWait();
  if (wait === undefined) return false;
  if (typing.terminal.type(bytes) < bytes.length) {
    typing.terminal.flushInput();
    return false;
  }
  return (await awaitConsumption(typing, wait, bytes.length)) === "consumed";
}

async function typeNow(typing: Typing, order: TypeOrder): Promise<Typed> {
  const { interactionId, readId } = order;
  const firstResult = typing.results.get(interactionId);
  const result = firstResult ?? (await attempt(typing, order));
  return { interactionId, readId, result, isRepeat: firstResult !== undefined, at: Date.now() };
}

async function attempt(typing: Typing, order: TypeOrder): Promise<TypeResult> {
  const result = await execute(typing, order);
  if (result === "consumed" || result === "not_reading") {
    // If the program still waits, that is stated as a new read, and the question is asked again.
    typing.watcher.end(order.readId);
  } else {
    typing.watcher.checkNow();
  }
  return result;
}

async function execute(typing: Typing, order: TypeOrder): Promise<TypeResult> {
  if ((await waitForRead(typing, order.readId)) === undefined) return "not_reading";
  const bytes = encodeKeystrokes(order.text, typing.terminal.mode());
  if (bytes === undefined) return "invalid";
  if (order.secret && typing.terminal.mode() !== "secret") return "echo_on";
  const { interactionId, by } = order;
  typing.results.set(interactionId, "not_consumed");
  typing.journal.recordInput({ interactionId, text: order.secret ? null : order.text, by });
  const result = await write(typing, order, bytes);
  if (result === "not_reading" || result === "echo_on") {
    typing.results.delete(interactionId);
  } else {
    typing.results.set(interactionId, result);
  }
  typing.journal.recordResult(interactionId, result);
  return result;
}

async function write(typing: Typing, order: TypeOrder, bytes: Buffer): Promise<TypeResult> {
  // Writing to the journal may have taken a while: check again, and write immediately.
  const wait = await waitForRead(typing, order.readId);
  if (wait === undefined) return "not_reading";
  if (order.secret && typing.terminal.mode() !== "secret") return "echo_on";
  const first = firstPart(bytes, wait, typing.terminal.mode());
  const echo = first.length < bytes.length ? watchEcho(typing.terminal) : undefined;
  if (typing.terminal.type(first) < first.length) {
    echo?.stop();
    typing.terminal.flushInput();
    return "not_consumed";
  }
  // The program reads meanwhile.
  typing.journal.sync();
  const result = await awaitConsumption(typing, wait, first.length);
  if (echo !== undefined && result === "consumed") {
    await typeEnterIfEdited(typing, wait, bytes.subarray(first.length), echo);
  }
  echo?.stop();
  return result;
}

/** The wait of this read, or of one that continues it. Retries for a reader that is briefly out of its call. */
async function waitForRead(typing: Typing, readId: number): Promise<Wait | undefined> {
  for (let checks = 1; ; checks += 1) {
    const wait = typing.watcher.verify(readId);
    if (wait !== undefined) return wait;
    const isLate = checks >= CHECKS_MAX && !typing.watcher.isStarved(readId);
    if (isLate || !typing.watcher.mayContinue(readId)) return undefined;
    typing.watcher.checkNow();
    await sleep(CHECK_MS);
  }
}
