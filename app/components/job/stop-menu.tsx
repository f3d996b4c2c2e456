"use client";
// The ways to stop scap, mildest first. Each says what it does before it does it.
import { useState } from "react";
import { Menu } from "@base-ui/react/menu";
import { cdxIconExpand, cdxIconStop } from "@wikimedia/codex-icons";
import { z } from "zod";
import { SIGNAL_KINDS, type SignalKind } from "#lib/domain/signal.ts";
import type { Job } from "#lib/wire/schemas.ts";
import { useAction } from "../../hooks/use-action.ts";
import { useKeptPlace } from "../../hooks/use-kept-place.ts";
import { callApi } from "../../lib/api.ts";
import { jobSubject, SIGNAL_WORDS } from "../../lib/words.ts";
import { buttonClass } from "../ui/button.tsx";
import { ConfirmDialog } from "../ui/confirm-dialog.tsx";
import { Glyph } from "../ui/glyph.tsx";
import { MenuPopup } from "../ui/menu-popup.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import menu from "../ui/menu.module.css";

export function StopMenu({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const [kind, setKind] = useState<SignalKind>("interrupt");
  const [isAsking, setIsAsking] = useState(false);
  const trigger = useKeptPlace<HTMLButtonElement>();
  const words = SIGNAL_WORDS[kind];
  const signal = useAction(async (_, onSlow) => {
    await callApi({
      method: "POST",
      path: `/api/jobs/${job.id}/signals`,
      body: { kind },
      answer: z.unknown(),
      onSlow,
    });
    setIsAsking(false);
  });
  return (
    <>
      <Menu.Root>
        <Menu.Trigger ref={trigger} className={buttonClass({ tone: "destructive" })} disabled={!isConnected}>
          <Glyph icon={cdxIconStop} />
          Stop
          <Glyph icon={cdxIconExpand} size="small" />
        </Menu.Trigger>
        <MenuPopup label="Ways to stop">
          {SIGNAL_KINDS.map((one) => (
            <Menu.Item
              key={one}
              className={menu["item"]}
              data-destructive={SIGNAL_WORDS[one].isDestructive || undefined}
              onClick={() => {
                setKind(one);
                signal.forget();
                setIsAsking(true);
              }}
            >
              {SIGNAL_WORDS[one].action}…
            </Menu.Item>
          ))}
        </MenuPopup>
      </Menu.Root>
      <ConfirmDialog
        isOpen={isAsking}
        title={`${words.action}?`}
        action={words.action}
        isDestructive
        isEnabled={isConnected && !signal.isRunning}
        onClose={() => setIsAsking(false)}
        onConfirm={() => signal.run()}
      >
        <p>
          Job {job.id} of {job.requestedBy}: {jobSubject(job.changes)}
        </p>
        <p>{words.explanation}</p>
        {job.workerSilentSince !== null && (
          <p>The worker on {job.host} is not heard at the moment: it is done when that worker is back.</p>
        )}
        {signal.problem !== undefined && <ProblemNotice problem={signal.problem} />}
      </ConfirmDialog>
    </>
  );
}
