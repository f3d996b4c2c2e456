// Opens a question: gives it its key, or the key under which an earlier worker asked it.
import { withoutNumbers } from "./continuation.ts";
import type { Reading } from "../../holder/protocol/messages.ts";
import type { Decision, Progress, Prompt, RestoredQuestion, State } from "./state.ts";
import { endQuestion } from "./transition.ts";
import type { Recognition } from "./types.ts";

export function openPrompt(
  draft: Decision,
  question: Recognition,
  {
    source,
    fact,
    unsure,
    announcedAt,
    at,
  }: {
    source: Prompt["source"];
    fact: Reading;
    unsure: boolean;
    announcedAt: number | undefined;
    at: number;
  },
): void {
  const { state, effects } = draft;
  const base = announcedAt === undefined ? `r${fact.readId}` : `m${announcedAt}`;
  const restored = takeRestored(draft, question, { base, fact, at });
  const promptKey = restored?.prompt.promptKey ?? nextKey(base, state.closedPromptKeys);
  const prompt: Prompt = {
    ...complaintOf(state, question),
    ...question,
    promptKey,
    readId: fact.readId,
    source,
    unsure,
  };
  state.question = {
    isRestored: false,
    progress: restored === undefined ? { mode: "open" } : since(restored.progress, at),
    prompt,
    fact,
    face: source === "screen" ? state.judged?.snapshot : undefined,
    announcedAt,
    lost: undefined,
  };
  state.handledReadId = fact.readId;
  effects.push({ kind: "open", prompt });
}

/** Time limits of a restored question begin when it is found. */
function since(progress: Progress, at: number): Progress {
  return "since" in progress ? { ...progress, since: at } : progress;
}

/** Why a question that was just answered is asked again. */
function complaintOf({ untyped, outputEnd }: State, { message }: Recognition): { complaint?: string } {
  if (untyped?.message !== message || untyped.outputEnd !== outputEnd) return {};
  return { complaint: "scap was not waiting for input when the last answer came; nothing was typed." };
}

/** The question of an earlier worker, if it is this one; another one is over. */
function takeRestored(
  draft: Decision,
  found: Recognition,
  { base, fact, at }: { base: string; fact: Reading; at: number },
): RestoredQuestion | undefined {
  const { question } = draft.state;
  if (question?.isRestored !== true) return undefined;
  const { prompt, progress } = question;
  const isSame =
    prompt.kind === found.kind && (prompt.message === found.message || isDrawnAgain(prompt, found, fact));
  // What was typed is answered, whatever the program asks now.
  if (progress.mode !== "typing" && (isSame || prompt.promptKey === base)) return question;
  endQuestion(draft, "moved_on", at);
  return undefined;
}

/** A screen changes by itself, and a program that polls may have counted down meanwhile. */
function isDrawnAgain(
  restored: { message: string },
  { kind, message }: Recognition,
  { how }: Reading,
): boolean {
  if (kind === "screen") return true;
  return how === "poll" && withoutNumbers(restored.message) === withoutNumbers(message);
}

function nextKey(base: string, closed: readonly string[]): string {
  if (!closed.includes(base)) return base;
  let round = 1;
  while (closed.includes(`${base}.${round}`)) round += 1;
  return `${base}.${round}`;
}
