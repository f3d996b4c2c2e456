"use client";
// Where the question stands, always in view; when there is none, what became of the last one. A program that takes keys is
// shown as its live screen instead.
import { isLive } from "#lib/domain/job.ts";
import type { Interaction, Job, TerminalScreen } from "#lib/wire/schemas.ts";
import { jobPlace, usePlace } from "../../ui/use-kept-place.ts";
import { askedLine } from "../../text/asked-line.ts";
import { jobSubject } from "../../text/words.ts";
import { AnswerLine } from "../question/answer-line.tsx";
import { OvertakenNotice } from "../question/overtaken-notice.tsx";
import { QuestionCard, type Overtaken } from "../question/question-card.tsx";
import { ScreenCard } from "../question/screen-card.tsx";
import styles from "./question-area.module.css";

type QuestionAreaProps = {
  job: Job;
  /** See `shownQuestion`. */
  question: Interaction | null;
  screen: TerminalScreen | null;
  isConnected: boolean;
  overtaken: Overtaken | undefined;
  onOvertaken: (overtaken: Overtaken | undefined) => void;
  onInteraction: (interaction: Interaction) => void;
};

export function QuestionArea(props: QuestionAreaProps) {
  const { job, question, screen, isConnected, overtaken, onOvertaken, onInteraction } = props;
  const last = job.interactions.at(-1);
  return (
    <>
      {overtaken !== undefined && (
        <OvertakenNotice overtaken={overtaken} onClose={() => onOvertaken(undefined)} />
      )}
      {question?.kind === "screen" ? (
        <div className={styles["sticky"]}>
          <ScreenCard
            job={job}
            question={question}
            screen={screen}
            isConnected={isConnected}
            onInteraction={onInteraction}
          />
        </div>
      ) : question !== null ? (
        <div className={styles["sticky"]}>
          <QuestionCard
            key={question.id}
            question={question}
            heading="scap asks"
            subject={jobSubject(job.changes)}
            place={overtaken === undefined ? "" : "below a notice"}
            isConnected={isConnected}
            isWorkerSilent={job.workerSilentSince !== null}
            onInteraction={onInteraction}
            onOvertaken={onOvertaken}
          />
        </div>
      ) : (
        last !== undefined &&
        isLive(job.state) &&
        last.id !== overtaken?.interaction.id && <LastAnswer job={job} last={last} />
      )}
    </>
  );
}

function LastAnswer({ job, last }: { job: Job; last: Interaction }) {
  const place = usePlace<HTMLParagraphElement>(jobPlace(job.id));
  return (
    <p className={styles["last"]} {...place}>
      “{askedLine(last)}”: <AnswerLine interaction={last} />
      {job.workerSilentSince !== null && last.answer?.delivery === "accepted" && "; it waits for the worker"}
    </p>
  );
}
