"use client";
import { useState } from "react";
import { cdxIconEye } from "@wikimedia/codex-icons";
import { logEndpoints } from "#lib/contract/log.ts";
import { useAction } from "../../client/use-action.ts";
import { usePermission } from "../../client/use-session.tsx";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

type HiddenLinesProps = { jobId: number; onShow: (lines: ReadonlyMap<number, string>) => void };

/** Shows what the log hides, to this reader in this tab. That somebody looked is kept in the job's history. */
export function HiddenLines({ jobId, onShow }: HiddenLinesProps) {
  const canView = usePermission("see_sensitive_output");
  const [isAsking, setIsAsking] = useState(false);
  const show = useAction(async (_, onSlow) => {
    const { lines } = await call(logEndpoints.readSensitiveLines, { params: { id: jobId }, onSlow });
    onShow(new Map(lines.map((line) => [line.n, line.text])));
    setIsAsking(false);
  });
  if (!canView) return null;
  return (
    <>
      <Button weight="quiet" icon={cdxIconEye} onClick={() => setIsAsking(true)}>
        Hidden lines
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title="Show the hidden lines?"
        action="Show them"
        isDestructive={false}
        isEnabled={!show.isRunning}
        onClose={() => setIsAsking(false)}
        onConfirm={() => show.run()}
      >
        <p>
          scap marked them as sensitive: security patches, for example. They appear in this tab only, and the
          history of the job says that you looked.
        </p>
        {show.problem !== undefined && <ProblemNotice problem={show.problem} />}
      </ConfirmDialog>
    </>
  );
}
