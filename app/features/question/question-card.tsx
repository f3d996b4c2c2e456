"use client";
// The question scap asks now, and the ways to answer it: the most important thing on any page that has one.
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
  /** Which job, when the page shows several. */
  heading: ReactNode;
  /** What the job deploys, in words. */
  subject: string;
  /** Where on the page it stands: another when it has moved. */
  place: string;
  isConnected: boolean;
  /** Nobody can type at the moment; an answer waits. */
  isWorkerUnresponsive: boolean;
  onInteraction: (interaction: Interaction) => void;
  /** The answer came too late: somebody else's counts, or scap stopped asking. */
  onConflict: (conflict: AnswerConflict) => void;
};

export function QuestionCard(props: QuestionCardProps) {
  const {
    question,
    heading,
    subject,
    place: position,
    isConnected,
    isWorkerUnresponsive,
    onInteraction,
    onConflict,
  } = props;
  const canAnswer = usePermission("answer_interaction");
  const { attempt, answer } = useAnswer(question, {
    onKnown: onInteraction,
    onRefused: (reason) => {
      if (isTooLate(reason)) onConflict({ interaction: reason.interaction ?? question, problem: reason });
    },
  });
  const problem = attempt.phase === "refused" ? attempt.problem : undefined;
  const isConflict = problem !== undefined && isTooLate(problem);
  const isIdle = attempt.phase === "idle" || (problem !== undefined && !isConflict);
  const isEnabled = isConnected && question.state === "pending" && isIdle;
  const isSent = attempt.phase === "sent";
  const place = jobFocusTarget(question.jobId);
  const card = useFocusTarget<HTMLElement>(place);
  return (
    <FocusTargetContext value={place}>
      <section className={styles.card} aria-label={`Question of job ${question.jobId}`} {...card}>
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
                ? "A program waits for keys. This is its screen:"
                : "The program waits for input, but not in a form that is known here. This is the end of its screen:"}
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
                ? "Accepted. It is typed into scap when the worker is back."
                : "Accepted. It is typed into scap now."}
            </output>
          )}
          {isWorkerUnresponsive && canAnswer && !isSent && (
            <p className={styles.aside}>
              {question.kind === "secret"
                ? "The worker of this job is not heard at the moment, and a secret is never stored: enter it when the worker is back."
                : "The worker of this job is not heard at the moment. Your answer is kept, and typed when the worker is back if scap still asks this then."}
            </p>
          )}
          {!isConnected && canAnswer && !isSent && (
            <p className={styles.aside}>
              This page is not up to date, so it takes no answer. What is in the way stands at its top.
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
              place={`${position} ${isWorkerUnresponsive}`}
              sending={attempt.phase === "sending" ? attempt.value : undefined}
              onAnswer={answer}
            />
          ) : (
            <TextAnswer
              question={question}
              isEnabled={isEnabled}
              place={`${position} ${isWorkerUnresponsive}`}
              sending={attempt.phase === "sending" ? attempt.value : undefined}
              onAnswer={answer}
            />
          )}
        </footer>
      </section>
    </FocusTargetContext>
  );
}

const TOO_LATE = new Set(["interaction_already_answered", "interaction_expired", "interaction_withdrawn"]);

function isTooLate(problem: ApiProblem): boolean {
  return TOO_LATE.has(problem.code);
}
