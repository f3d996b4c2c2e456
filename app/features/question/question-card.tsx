"use client";
// The open question of scap with the controls to answer it. The question and its answers are always in view; only the text
// above them scrolls. What arrives later (a reminder, a status) has reserved space, so that no answer moves.
import type { ReactNode } from "react";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { JobSummary } from "#lib/contract/job.ts";
import { type Answering, useAnswer } from "./use-answer.ts";
import { FocusTargetContext, jobFocusTarget, useFocusTarget } from "../../ui/use-restored-focus.ts";
import { useAnswerRefusal } from "../../client/use-answer-permission.ts";
import { type ApiProblem, SLOW_PROBLEM } from "../../client/api.ts";
import { type AnswerStatus, answerStatus } from "../../text/answer-status.ts";
import { jobSubject } from "../../text/labels.ts";
import { suggestedAnswer } from "../../text/suggested-answer.ts";
import { SHORTCUTS } from "../../ui/shortcuts.ts";
import { LinkButton } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ChangeSubjects } from "../change/job-subjects.tsx";
import { ConfirmErrors } from "../errors/confirm-errors.tsx";
import { QuestionErrors } from "../errors/question-errors.tsx";
import { OptionList } from "./option-list.tsx";
import { OverriddenPolicy } from "./overridden-policy.tsx";
import { QuestionAge } from "./question-age.tsx";
import { QuestionContext, QuestionLine } from "./question-context.tsx";
import { PolicyOverride } from "./policy-override.tsx";
import { questionParts } from "./question-parts.ts";
import { TextAnswer } from "./text-answer.tsx";
import styles from "./question-card.module.css";

export type AnswerConflict = { interaction: Interaction; problem: ApiProblem };

type QuestionCardProps = {
  question: Interaction;
  /** Names the job when the page shows several. */
  heading: ReactNode;
  job: JobSummary;
  /** `job`: the page of the job, which lists its changes. `list`: one of several cards. */
  page: "job" | "list";
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
  const { question, heading, job, page, isConnected } = props;
  const { attempt, answer, refusedFor, status, isIdle } = useAnswerState(props);
  const parts = questionParts(
    question,
    job.changes.map(({ number }) => number),
  );
  const targetName = jobFocusTarget(question.jobId);
  const focusTarget = useFocusTarget<HTMLElement>(targetName);
  const isOpen = isConnected && question.state === "pending";
  const canAnswer = refusedFor === undefined;
  return (
    <FocusTargetContext value={targetName}>
      <section
        id={`question-${question.id}`}
        className={styles.card}
        aria-label={`Question of job ${question.jobId}`}
        data-question
        {...focusTarget}
      >
        <header className={styles.header}>
          <h2 className={styles.heading}>{heading}</h2>
          <QuestionAge question={question} />
        </header>
        <Context question={question} job={job} page={page} text={parts.context} />
        {page === "job" && <QuestionErrors job={job} question={question} />}
        <QuestionLine parts={parts} />
        <Status
          status={status}
          hint={canAnswer && question.options.length > 0 ? keyHint(question, page) : undefined}
        />
        {!canAnswer && refusedFor !== "role" && <PolicyOverride job={job} isConnected={isConnected} />}
        <ConfirmErrors
          job={job}
          options={question.options}
          refused={attempt.phase === "refused" && isUnconfirmed(attempt.problem) ? attempt : undefined}
          isEnabled={isOpen}
          onConfirm={(value) => answer(value, { confirmsErrors: true })}
        />
        {canAnswer && (
          <Answers
            {...props}
            position={`${props.position} ${status?.tone === "error"}`}
            isEnabled={isOpen && isIdle}
            attempt={attempt}
            answer={answer}
          />
        )}
      </section>
    </FocusTargetContext>
  );
}

/** Whether this person may answer, how far their answer is, and what the card says about both. */
function useAnswerState(props: QuestionCardProps) {
  const { question, job, isConnected, isWorkerUnresponsive, onInteraction, onConflict } = props;
  const refusedFor = useAnswerRefusal(job);
  const { attempt, answer } = useAnswer(question, {
    onUpdate: onInteraction,
    onRefused: (reason) => {
      if (isConflict(reason)) onConflict({ interaction: reason.interaction ?? question, problem: reason });
    },
  });
  const problem = attempt.phase === "refused" && !isConflict(attempt.problem) ? attempt.problem : undefined;
  const status = answerStatus({
    kind: question.kind,
    refusal: refusedFor,
    isConnected,
    isWorkerUnresponsive,
    isSent: attempt.phase === "sent",
    problem,
    slow: attempt.phase === "sending" && attempt.isSlow ? SLOW_PROBLEM : undefined,
  });
  return { attempt, answer, refusedFor, status, isIdle: attempt.phase === "idle" || problem !== undefined };
}

type ContextProps = Pick<QuestionCardProps, "question" | "job" | "page"> & {
  text: ReturnType<typeof questionParts>["context"];
};

/** What is said above the question. It scrolls. */
function Context({ question, job, page, text }: ContextProps) {
  return (
    <div className={styles.context} data-from-end={!question.recognised || undefined}>
      <div className={styles.blocks}>
        {page === "job" && <OverriddenPolicy job={job} />}
        <Remarks question={question} />
        <QuestionContext
          question={question}
          context={text}
          changes={<Changes changes={job.changes} page={page} />}
        />
      </div>
    </div>
  );
}

/** The page of the job lists its changes, and the heading of a card names the only one: neither is repeated here. */
function Changes({ changes, page }: { changes: JobSummary["changes"]; page: QuestionCardProps["page"] }) {
  if (page === "job") return <p>{changes.map(({ number }) => number).join(", ")}</p>;
  return changes.length > 1 ? <ChangeSubjects changes={changes} /> : null;
}

/** Why the question is asked again, and that its form is not known. */
function Remarks({ question: { complaint, recognised, kind } }: { question: Interaction }) {
  return (
    <>
      {complaint !== null && <Notice tone="warning">Asked again. {visibleText(complaint)}</Notice>}
      {!recognised && (
        <p className={styles.aside}>
          {kind === "screen"
            ? "A program is waiting for a key press. Its screen:"
            : "scap is waiting for input in an unknown format. The end of its screen:"}
        </p>
      )}
    </>
  );
}

/** Always rendered: it reserves its space, and screen readers announce what appears in it. */
function Status({ status, hint }: { status: AnswerStatus | undefined; hint: string | undefined }) {
  return (
    <div className={styles.status} data-tone={status?.tone}>
      <output>{status?.text}</output>
      {status === undefined && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}

function keyHint({ options }: Interaction, page: "job" | "list"): string {
  const keys = options.length === 1 ? "1" : `1–${options.length}`;
  const first = page === "job" ? "Press" : `Press ${SHORTCUTS.question.key}, then`;
  return `${first} ${keys} to select an answer and Enter to send it.`;
}

type AnswersProps = QuestionCardProps & Answering & { isEnabled: boolean };

function Answers(props: AnswersProps) {
  const { question, job, page, isEnabled, attempt, answer } = props;
  if (question.kind === "screen") {
    return (
      <div>
        <LinkButton href={`/jobs/${question.jobId}`} tone="progressive" weight="primary" size="large">
          Open job {question.jobId} to press keys
        </LinkButton>
      </div>
    );
  }
  const controls = {
    question,
    isEnabled,
    position: props.position,
    sending: attempt.phase === "sending" ? attempt.value : undefined,
    onAnswer: answer,
  };
  if (question.options.length === 0) {
    return <TextAnswer {...controls} suggestion={suggestedAnswer(job, question)} />;
  }
  return <OptionList {...controls} subject={jobSubject(job)} keyScope={page === "job" ? "page" : "card"} />;
}

const CONFLICT_CODES = new Set([
  "interaction_already_answered",
  "interaction_expired",
  "interaction_withdrawn",
]);

function isUnconfirmed({ code }: ApiProblem): boolean {
  return code === "errors_not_confirmed";
}

function isConflict(problem: ApiProblem): boolean {
  return CONFLICT_CODES.has(problem.code);
}
