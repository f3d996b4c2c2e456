"use client";
import { cdxIconClose } from "@wikimedia/codex-icons";
import { useSession } from "../../client/use-session.tsx";
import { questionSummary } from "#lib/domain/question-text.ts";
import { IconButton } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { AnswerLine } from "./answer-line.tsx";
import type { AnswerConflict } from "./question-card.tsx";

/** Shown when an answer was refused because the question was already closed. Stays until it is dismissed. */
export function AnswerConflictNotice({
  conflict,
  onClose,
}: {
  conflict: AnswerConflict;
  onClose: () => void;
}) {
  const { interaction, problem } = conflict;
  const me = useSession().user.name;
  const isOwn = interaction.answer?.answeredBy === me;
  return (
    <Notice
      tone="warning"
      live="assertive"
      action={<IconButton label="Dismiss" icon={cdxIconClose} onClick={onClose} />}
    >
      {isOwn ? (
        <p>
          <strong>You have already answered.</strong> Your first answer was used.
        </p>
      ) : (
        <p>
          <strong>{problem.title}</strong> Your answer was not used.
        </p>
      )}
      <p>
        Job {interaction.jobId}, “{questionSummary(interaction)}”:{" "}
        {interaction.answer === null ? problem.detail : <AnswerLine interaction={interaction} />}
      </p>
    </Notice>
  );
}
