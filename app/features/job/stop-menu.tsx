"use client";
// The ways to stop a job, the safest first. The confirmation describes the effect in the current situation of the job.
import { useState } from "react";
import { cdxIconExpand, cdxIconStop } from "@wikimedia/codex-icons";
import type { SignalKind } from "#lib/domain/signal.ts";
import type { Job } from "#lib/contract/job.ts";
import { useAction } from "../../client/use-action.ts";
import { usePermission } from "../../client/use-session.tsx";
import { call } from "../../client/api.ts";
import { type SafeStop, safeStop, stopEffect } from "../../text/stop-effect.ts";
import { jobSubject, SIGNAL_LABELS } from "../../text/labels.ts";
import { buttonClass } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { loadable } from "../../ui/loadable.tsx";
import { MenuButton, type MenuTrigger } from "../../ui/menu-button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";

const StopOptions = loadable(() => import("./stop-options.tsx").then((module) => module.default));

export type Stop = { by: "signal"; kind: SignalKind } | { by: "answer"; answer: SafeStop };

export function StopMenu({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const [stop, setStop] = useState<Stop>({ by: "signal", kind: "interrupt" });
  const [isOpen, setIsOpen] = useState(false);
  const canAnswer = usePermission("answer_interaction");
  const safe = canAnswer ? safeStop(job) : undefined;
  const request = useAction(async (_, onSlow) => {
    await send(job.id, stop, onSlow);
    setIsOpen(false);
  });
  const choose = (chosen: Stop): void => {
    setStop(chosen);
    request.reset();
    setIsOpen(true);
  };
  const trigger: MenuTrigger = {
    className: buttonClass({ tone: "destructive" }),
    disabled: !isConnected,
    content: (
      <>
        <Icon icon={cdxIconStop} />
        Stop
        <Icon icon={cdxIconExpand} size="small" />
      </>
    ),
  };
  const action = actionOf(stop);
  // Another person may answer the question while the dialog is open.
  const isStale = stop.by === "answer" && stop.answer.interactionId !== job.pendingInteraction?.id;
  return (
    <>
      <MenuButton trigger={trigger} load={StopOptions.load}>
        <StopOptions trigger={trigger} safe={safe} onChoose={choose} />
      </MenuButton>
      <ConfirmDialog
        isOpen={isOpen}
        title={`${action}?`}
        action={action}
        isDestructive
        isEnabled={isConnected && !request.isRunning && !isStale}
        onClose={() => setIsOpen(false)}
        onConfirm={() => request.run()}
      >
        <StopEffect job={job} stop={stop} safe={safe} />
        {isStale && <p>The question has already been answered.</p>}
        {request.problem !== undefined && <ProblemNotice problem={request.problem} />}
      </ConfirmDialog>
    </>
  );
}

function StopEffect({ job, stop, safe }: { job: Job; stop: Stop; safe: SafeStop | undefined }) {
  return (
    <>
      <p>
        Job {job.id} by {job.requestedBy}: {jobSubject(job)}
      </p>
      <p>{stop.by === "answer" ? stop.answer.effect : stopEffect(stop.kind, job)}</p>
      {stop.by === "signal" && safe !== undefined && (
        <p>
          <strong>Safer: answer the question with “{safe.option.text}”.</strong> {safe.effect}
        </p>
      )}
      {job.workerUnresponsiveSince !== null && (
        <p>The worker on {job.host} isn’t responding. This takes effect when it responds again.</p>
      )}
    </>
  );
}

function actionOf(stop: Stop): string {
  return stop.by === "answer" ? `Answer “${stop.answer.option.text}”` : SIGNAL_LABELS[stop.kind].action;
}

function send(jobId: number, stop: Stop, onSlow: () => void): Promise<unknown> {
  return stop.by === "answer"
    ? call("PUT /api/jobs/{id}/interactions/{iid}/answer", {
        params: { id: jobId, iid: stop.answer.interactionId },
        body: { value: stop.answer.option.value },
        onSlow,
      })
    : call("POST /api/jobs/{id}/signals", { params: { id: jobId }, body: { kind: stop.kind }, onSlow });
}
