// One sentence about what a program that takes keys does now, and whose turn it is. Pure, and short: it must fit into the
// place that is kept for it, because the keys below it must not move.
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { type ApiProblem, SLOW_PROBLEM } from "../../client/api.ts";
import { pressLabel, pressedLabel } from "../../text/key-press-history.ts";

export type ScreenStatus = { tone: "neutral" | "active" | "warning"; text: string };

type Facts = {
  question: Interaction;
  me: string;
  isConnected: boolean;
  isWorkerUnresponsive: boolean;
  /** A key that is pressed now is sent. */
  isReady: boolean;
  /** Keys of the keyboard go to the program. */
  isCapturing: boolean;
  pressed: AnswerValue | undefined;
  isSlow: boolean;
  isIgnored: boolean;
  problem: ApiProblem | undefined;
};

export function screenStatus(facts: Facts): ScreenStatus {
  const { question, me, isConnected, isWorkerUnresponsive, isReady, isCapturing } = facts;
  const { pressed, isSlow, isIgnored, problem } = facts;
  if (!isConnected) return warning("Not connected. Keys are sent when this page is up to date again.");
  if (problem !== undefined) return warning(refusal(problem, me));
  const { answer } = question;
  const isOther = answer !== null && answer.answeredBy !== me;
  const isLost = answer?.delivery === "undelivered" || answer?.delivery === "not_consumed";
  if (answer !== null && isLost) return warning(`${pressedLabel(question)} did not reach the program.`);
  if (isIgnored)
    return warning(isReady ? "Key ignored. Press it again." : "Key ignored: the program isn’t reading yet.");
  if (isSlow) return warning(`${SLOW_PROBLEM.title} ${SLOW_PROBLEM.detail}`);
  if (answer !== null || pressed !== undefined) {
    const sent = pressed === undefined ? pressedLabel(question) : pressLabel(pressed);
    if (isWorkerUnresponsive) return warning(`${sent} is accepted. The worker isn’t responding.`);
    return { tone: "neutral", text: isOther ? `${answer.answeredBy} pressed ${sent}.` : `Sent ${sent}.` };
  }
  if (question.state !== "pending") return { tone: "neutral", text: "The program continues." };
  if (isWorkerUnresponsive)
    return warning("The worker for this job isn’t responding. A key is sent when it is back.");
  if (!isReady) return { tone: "neutral", text: "One moment…" };
  return isCapturing
    ? { tone: "active", text: "Keys go to the program. Press Esc twice to stop." }
    : { tone: "neutral", text: "The program waits for a key." };
}

/** Somebody else was faster, or the program reads no more: that is no error. */
function refusal({ interaction, title, detail }: ApiProblem, me: string): string {
  const answer = interaction?.answer;
  if (interaction === undefined || answer === undefined || answer === null)
    return [title, detail].join(" ").trim();
  const who = answer.answeredBy === me ? "You" : answer.answeredBy;
  return `${who} pressed ${pressedLabel(interaction)} first. Your key was not used.`;
}

function warning(text: string): ScreenStatus {
  return { tone: "warning", text };
}
