// Carries out one effect of the prompt reducer: it writes rows, has an answer typed or takes a snapshot, and dispatches what results
// to the reducer. It makes no decision about an answer itself (worker/prompt/answering.ts does).
import type { TypeResult } from "../holder/protocol/messages.ts";
import type { JobStore } from "./job-store.ts";
import type { Effect, Event, Prompt } from "./prompt/decide.ts";
import type { Screen } from "./prompt/screen.ts";
import type { QuestionRows } from "./question-rows.ts";

/** The time of an event is the time of its arrival. */
export type Untimed<E> = E extends Event ? Omit<E, "at"> : never;

/** Orders the holder to type, and resolves with the result; `unknown` when the holder has ended. */
export type Typist = (order: {
  interactionId: string;
  readId: number;
  text: string;
  secret: boolean;
  by: string;
}) => Promise<TypeResult | "unknown">;

export type EffectContext = {
  store: JobStore;
  rows: QuestionRows;
  screen: Screen;
  type: Typist;
  dispatch: (event: Untimed<Event>) => void;
  /** There may be an answer that is not settled. */
  checkAnswers: () => void;
  /** A question has expired, and its signal is to be sent. */
  onExpired: () => void;
};

/** Called for the effects of a decision in their order; each writes to the store before it awaits anything. */
export function carryOut(context: EffectContext, effect: Exclude<Effect, { kind: "wakeAt" }>): Promise<void> {
  switch (effect.kind) {
    case "takeSnapshot":
      return takeSnapshot(context);
    case "open":
      return open(context, effect.prompt);
    case "withdraw":
      return withdraw(context, effect.promptKey, effect.why);
    case "type":
      return type(context, effect);
    case "settle":
      return context.rows.settle(effect);
  }
}

/** Now, but dispatched behind the other effects of the same decision. */
async function takeSnapshot({ store, screen, dispatch }: EffectContext): Promise<void> {
  store.expectQuestion();
  const snapshot = screen.snapshot();
  await Promise.resolve();
  dispatch({ kind: "snapshot", snapshot });
}

async function open(context: EffectContext, prompt: Prompt): Promise<void> {
  const asked = await context.rows.ask(prompt, context.screen.promptLine());
  // It expired under an earlier worker, which may not have sent the signal.
  if (asked.state === "expired") markExpired(context, prompt.promptKey);
  // It may have been answered before this worker was there.
  if (!asked.isNew) context.checkAnswers();
}

async function withdraw(
  { rows, checkAnswers }: EffectContext,
  promptKey: string,
  why: string,
): Promise<void> {
  const isWithdrawn = await rows.withdraw(promptKey, why);
  // An answer was first. It is never typed, and its sender is notified.
  if (!isWithdrawn) checkAnswers();
}

async function type(context: EffectContext, effect: Extract<Effect, { kind: "type" }>): Promise<void> {
  const { interactionId, readId, text, secret, by } = effect;
  const result = await context.type({ interactionId: String(interactionId), readId, text, secret, by });
  // Without its holder the job has ended, and its end settles the answer.
  if (result !== "unknown") context.dispatch({ kind: "typed", interactionId, result });
}

export function markExpired({ dispatch, onExpired }: EffectContext, promptKey: string): void {
  dispatch({ kind: "expired", promptKey });
  onExpired();
}
