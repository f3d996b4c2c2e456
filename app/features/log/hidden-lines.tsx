"use client";
import { useState } from "react";
import { cdxIconEye } from "@wikimedia/codex-icons";
import { useAction } from "../../client/use-action.ts";
import { usePermission } from "../../client/use-session.tsx";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

type HiddenLinesProps = { jobId: number; onShow: (lines: ReadonlyMap<number, string>) => void };

/** Shows the hidden lines in this tab only. The access is recorded in the history of the job. */
export function HiddenLines({ jobId, onShow }: HiddenLinesProps) {
  const canView = usePermission("see_sensitive_output");
  const [isOpen, setIsOpen] = useState(false);
  const show = useAction(async (_, onSlow) => {
    const { lines } = await call("POST /api/jobs/{id}/sensitive-lines", { params: { id: jobId }, onSlow });
    onShow(new Map(lines.map((line) => [line.n, line.text])));
    setIsOpen(false);
  });
  if (!canView) return null;
  return (
    <>
      <Button weight="quiet" icon={cdxIconEye} onClick={() => setIsOpen(true)}>
        Show hidden lines
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title="Show hidden lines?"
        action="Show lines"
        isDestructive={false}
        isEnabled={!show.isRunning}
        onClose={() => setIsOpen(false)}
        onConfirm={() => show.run()}
      >
        <p>
          scap marked these lines as sensitive, for example because of security patches. They appear in this
          tab only. Your access is recorded in the history of the job.
        </p>
        {show.problem !== undefined && <ProblemNotice problem={show.problem} />}
      </ConfirmDialog>
    </>
  );
}
