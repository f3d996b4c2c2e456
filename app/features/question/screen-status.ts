// The status of an interactive program in one line. Pure. Short, because it must fit into the reserved space: the keys below
// must not move.
import type { AnswerValue } from "#lib/domain/interaction.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { type ApiProblem, SLOW_PROBLEM } from "../../client/api.ts";
import { pressLabel, pressedLabel } from "#lib/domain/press-label.ts";

export type ScreenStatus = { tone: "neutral" | "active" | "warning"; text: string };

type Facts = {
  question: Interaction;
  me: string;
  isConnected: boolean;
  isWorkerUnresponsive: boolean;
  /** A key press is sent now. */
  isReady: boolean;
  /** The keyboard is captured. */
  isCapturing: boolean;
  pressed: AnswerValue | undefined;
  isSlow: boolean;
  isIgnored: boolean;
  problem: ApiProblem | undefined;
};

export function screenStatus(facts: Facts): ScreenStatus {
  const { question, me, isConnected, isWorkerUnresponsive, isReady, isCapturing } = facts;
  const { pressed, isSlow, isIgnored, problem } = facts;
  if (!isConnected) return warning("Connection lost. You can press keys when this page is up to date.");
  if (problem !== undefined) return warning(refusal(problem, me));
  const { answer } = question;
  const isOther = answer !== null && answer.answeredBy !== me;
  const isLost = answer?.delivery === "undelivered" || answer?.delivery === "not_consumed";
  if (answer !== null && isLost) return warning(`${pressedLabel(question)} was not delivered.`);
  if (isIgnored) {
    return warning(isReady ? "Key ignored. Press it again." : "Key ignored. The program isn’t reading yet.");
  }
  if (isSlow) return warning(`${SLOW_PROBLEM.title} ${SLOW_PROBLEM.detail}`);
  if (answer !== null || pressed !== undefined) {
    const sent = pressed === undefined ? pressedLabel(question) : pressLabel(pressed);
    if (isWorkerUnresponsive) return warning(`Accepted ${sent}. The worker isn’t responding.`);
    return { tone: "neutral", text: isOther ? `${answer.answeredBy} pressed ${sent}.` : `Sent ${sent}.` };
  }
  if (question.state !== "pending") return { tone: "neutral", text: "The program is running." };
  if (isWorkerUnresponsive) {
    return warning("The worker isn’t responding. Keys are sent when it responds again.");
  }
  if (!isReady) return { tone: "neutral", text: "One moment…" };
  return isCapturing
    ? { tone: "active", text: "Keys go to the program. Press Esc twice to stop." }
    : { tone: "neutral", text: "Waiting for a key press." };
}

/** The question was already answered, or the program stopped reading. Not an error. */
function refusal({ interaction, title, detail }: ApiProblem, me: string): string {
  const answer = interaction?.answer;
  if (interaction === undefined || answer === undefined || answer === null) {
    return [title, detail].join(" ").trim();
  }
  const who = answer.answeredBy === me ? "You" : answer.answeredBy;
  return `${who} pressed ${pressedLabel(interaction)} first. Your key was not used.`;
}

function warning(text: string): ScreenStatus {
  return { tone: "warning", text };
}
