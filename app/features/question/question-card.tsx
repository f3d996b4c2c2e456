"use client";
// The open question of scap with the controls to answer it.
import type { ReactNode } from "react";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { useAnswer } from "./use-answer.ts";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { usePermission } from "../../client/use-session.tsx";
import { type ApiProblem, SLOW_PROBLEM } from "../../client/api.ts";
import { LinkButton } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Notice } from "../../ui/notice.tsx";
import { OptionButtons } from "./option-buttons.tsx";
import { QuestionAge } from "./question-age.tsx";
import { QuestionMessage } from "./question-message.tsx";
import { TextAnswer } from "./text-answer.tsx";
import styles from "./question-card.module.css";

export type AnswerConflict = { interaction: Interaction; problem: ApiProblem };

type QuestionCardProps = {
  question: Interaction;
  /** Names the job when the page shows several. */
  heading: ReactNode;
  /** The changes of the job. */
  subject: string;
  /** Where the card is on the page: changes when it moves. */
  position: string;
  isConnected: boolean;
  /** Answers are stored, and delivered when the worker responds again. */
  isWorkerUnresponsive: boolean;
  onInteraction: (interaction: Interaction) => void;
  /** The answer was too late: the question had been answered or withdrawn, or had expired. */
  onConflict: (conflict: AnswerConflict) => void;
};

export function QuestionCard(props: QuestionCardProps) {
  const {
    question,
    heading,
    subject,
    position,
    isConnected,
    isWorkerUnresponsive,
    onInteraction,
    onConflict,
  } = props;
  const canAnswer = usePermission("answer_interaction");
  const { attempt, answer } = useAnswer(question, {
    onUpdate: onInteraction,
    onRefused: (reason) => {
      if (isConflictProblem(reason)) {
        onConflict({ interaction: reason.interaction ?? question, problem: reason });
      }
    },
  });
  const problem = attempt.phase === "refused" ? attempt.problem : undefined;
  const isConflict = problem !== undefined && isConflictProblem(problem);
  const isIdle = attempt.phase === "idle" || (problem !== undefined && !isConflict);
  const isEnabled = isConnected && question.state === "pending" && isIdle;
  const isSent = attempt.phase === "sent";
  const targetName = jobFocusTarget(question.jobId);
  const focusTarget = useFocusTarget<HTMLElement>(targetName);
  return (
    <FocusTargetContext value={targetName}>
      <section className={styles.card} aria-label={`Question of job ${question.jobId}`} {...focusTarget}>
        <header className={styles.header}>
          <h2 className={styles.heading}>{heading}</h2>
          <QuestionAge question={question} />
        </header>
        <div className={styles.body}>
          {question.complaint !== null && (
            <Notice tone="warning">Asked again. {visibleText(question.complaint)}</Notice>
          )}
          {!question.recognised && (
            <p className={styles.aside}>
              {question.kind === "screen"
                ? "A program is waiting for a key press. Its screen:"
                : "scap is waiting for input in an unknown format. The end of its screen:"}
            </p>
          )}
          <QuestionMessage question={question} />
        </div>
        <footer className={styles.footer}>
          {problem !== undefined && !isConflict && <ProblemNotice problem={problem} />}
          {attempt.phase === "sending" && attempt.isSlow && (
            <output className={styles.aside}>
              {SLOW_PROBLEM.title} {SLOW_PROBLEM.detail}
            </output>
          )}
          {isSent && (
            <output className={styles.aside}>
              {isWorkerUnresponsive
                ? "Accepted. Your answer is sent to scap when the worker responds again."
                : "Accepted. Sending to scap…"}
            </output>
          )}
          {isWorkerUnresponsive && canAnswer && !isSent && (
            <p className={styles.aside}>
              {question.kind === "secret"
                ? "The worker for this job isn’t responding, and secrets are never stored. Enter the secret when the worker responds again."
                : "The worker for this job isn’t responding. Your answer is stored, and sent when the worker responds again if scap is still asking."}
            </p>
          )}
          {!isConnected && canAnswer && !isSent && (
            <p className={styles.aside}>
              This page is out of date, so you can’t answer here. See the notice at the top of the page.
            </p>
          )}
          {!canAnswer ? (
            <p className={styles.aside}>View only. Deployers can answer.</p>
          ) : question.kind === "screen" ? (
            <div>
              <LinkButton href={`/jobs/${question.jobId}`} tone="progressive" weight="primary" size="large">
                Open job {question.jobId} to press keys
              </LinkButton>
            </div>
          ) : question.options.length > 0 ? (
            <OptionButtons
              question={question}
              subject={subject}
              isEnabled={isEnabled}
              position={`${position} ${isWorkerUnresponsive}`}
              sending={attempt.phase === "sending" ? attempt.value : undefined}
              onAnswer={answer}
            />
          ) : (
            <TextAnswer
              question={question}
              isEnabled={isEnabled}
              position={`${position} ${isWorkerUnresponsive}`}
              sending={attempt.phase === "sending" ? attempt.value : undefined}
              onAnswer={answer}
            />
          )}
        </footer>
      </section>
    </FocusTargetContext>
  );
}

const CONFLICT_CODES = new Set([
  "interaction_already_answered",
  "interaction_expired",
  "interaction_withdrawn",
]);

function isConflictProblem(problem: ApiProblem): boolean {
  return CONFLICT_CODES.has(problem.code);
}
