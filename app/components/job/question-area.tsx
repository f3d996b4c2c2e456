"use client";
// Where the question stands, always in view; when there is none, what became of the last one.
import { isLive } from "#lib/domain/job.ts";
import type { Interaction, Job } from "#lib/wire/schemas.ts";
import { jobPlace, usePlace } from "../../hooks/use-kept-place.ts";
import { questionLine } from "../../lib/question-text.ts";
import { jobSubject } from "../../lib/words.ts";
import { AnswerLine } from "../question/answer-line.tsx";
import { OvertakenNotice } from "../question/overtaken-notice.tsx";
import { QuestionCard, type Overtaken } from "../question/question-card.tsx";
import styles from "./question-area.module.css";

type QuestionAreaProps = {
  job: Job;
  isConnected: boolean;
  overtaken: Overtaken | undefined;
  onOvertaken: (overtaken: Overtaken | undefined) => void;
  onInteraction: (interaction: Interaction) => void;
};

export function QuestionArea({ job, isConnected, overtaken, onOvertaken, onInteraction }: QuestionAreaProps) {
  const question = job.pendingInteraction;
  const last = job.interactions.at(-1);
  return (
    <>
      {overtaken !== undefined && (
        <OvertakenNotice overtaken={overtaken} onClose={() => onOvertaken(undefined)} />
      )}
      {question !== null ? (
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
      “{questionLine(last.message)}”: <AnswerLine interaction={last} />
      {job.workerSilentSince !== null && last.answer?.delivery === "accepted" && "; it waits for the worker"}
    </p>
  );
}
