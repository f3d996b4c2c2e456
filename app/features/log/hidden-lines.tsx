"use client";
import { useAction } from "../../client/use-action.ts";
import { call } from "../../client/api.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

type HiddenLinesProps = {
  jobId: number;
  isOpen: boolean;
  onClose: () => void;
  onShow: (lines: ReadonlyMap<number, string>) => void;
};

/** Shows the hidden lines in this tab only. The access is recorded in the history of the job. */
export function HiddenLines({ jobId, isOpen, onClose, onShow }: HiddenLinesProps) {
  const show = useAction(async (_, onSlow) => {
    const { lines } = await call("POST /api/jobs/{id}/sensitive-lines", { params: { id: jobId }, onSlow });
    onShow(new Map(lines.map((line) => [line.n, line.text])));
    onClose();
  });
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title="Show hidden lines?"
      action="Show lines"
      isDestructive={false}
      isEnabled={!show.isRunning}
      onClose={onClose}
      onConfirm={() => show.run()}
    >
      <p>
        scap marked these lines as sensitive, for example because of security patches. They appear in this tab
        only. Your access is recorded in the history of the job.
      </p>
      {show.problem !== undefined && <ProblemNotice problem={show.problem} />}
    </ConfirmDialog>
  );
}
