// How far each answer has come in this run, from its row to what became of it. All moves are here, because an answer that
// is handed on twice could be typed twice, and one that is believed to be settled is never typed.
import type { GivenAnswer } from "#lib/domain/interaction.ts";

export const ANSWER_STEPS = ["new", "awaitsSecret", "handed", "typing", "settled"] as const;
export type AnswerStep = (typeof ANSWER_STEPS)[number];

/** Every move there is. */
export const STEP_MOVES = {
  /** Not looked at, or to be looked at anew. */
  new: ["awaitsSecret", "handed", "settled"],
  /** Its row is there; the secret itself comes by another way. */
  awaitsSecret: ["handed", "settled"],
  /** The reducer has it: types it when there is a read, or refuses it. Back when its prompt was withdrawn before that. */
  handed: ["typing", "new", "settled"],
  /**
   * The holder has it. Back to the reducer when nobody read and the question may still be asked; to the beginning when the
   * holder is gone: the end of the job says of it what can be said.
   */
  typing: ["handed", "new", "settled"],
  /** What became of it is known, and written down or about to be. */
  settled: [],
} as const satisfies Record<AnswerStep, readonly AnswerStep[]>;

export type Answers = {
  stepOf(interactionId: number): AnswerStep;
  /** When it came to its step; the clock is handed in. */
  since(interactionId: number): number;
  /** @returns false when there is no such move: then nothing was changed. */
  move(answer: GivenAnswer, to: AnswerStep): boolean;
  /** The same for one of which only the number is known. */
  settle(interactionId: number): boolean;
  /** The answer to this prompt that is `handed` or `typing`. */
  underway(promptKey: string): GivenAnswer | undefined;
};

export function createAnswers(now: () => number = () => performance.now()): Answers {
  const steps = new Map<number, { step: AnswerStep; since: number }>();
  const underway = new Map<string, GivenAnswer>();
  const stepOf = (id: number): AnswerStep => steps.get(id)?.step ?? "new";

  function moveNumber(id: number, to: AnswerStep): boolean {
    const moves: readonly AnswerStep[] = STEP_MOVES[stepOf(id)];
    if (!moves.includes(to)) return false;
    steps.set(id, { step: to, since: now() });
    if (to === "handed" || to === "typing") return true;
    for (const [promptKey, answer] of underway) if (answer.interactionId === id) underway.delete(promptKey);
    return true;
  }

  return {
    stepOf,
    since: (id) => steps.get(id)?.since ?? now(),
    move(answer, to) {
      if (!moveNumber(answer.interactionId, to)) return false;
      if (to === "handed") underway.set(answer.promptKey, answer);
      return true;
    },
    settle: (id) => moveNumber(id, "settled"),
    underway: (promptKey) => underway.get(promptKey),
  };
}
