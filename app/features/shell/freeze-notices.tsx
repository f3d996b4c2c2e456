"use client";
import type { Lane } from "#lib/contract/lane.ts";
import { useAction } from "../../client/use-action.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { usePermission } from "../../client/use-session.tsx";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Clock } from "../../ui/time.tsx";

/** Active freezes: who froze which lane, until when, and why. */
export function FreezeNotices() {
  return useLanes().map(
    (lane) => lane.freeze !== null && <FreezeNotice key={lane.name} lane={lane.name} freeze={lane.freeze} />,
  );
}

function FreezeNotice({ lane, freeze }: { lane: string; freeze: NonNullable<Lane["freeze"]> }) {
  const canUnfreeze = usePermission("freeze_lane");
  const unfreeze = useAction(async (_, onSlow) => {
    await call("DELETE /api/lanes/{lane}/freeze", { params: { lane }, onSlow });
  });
  return (
    <Notice
      tone="warning"
      live="polite"
      action={
        canUnfreeze ? (
          <Button disabled={unfreeze.isRunning} onClick={() => unfreeze.run()}>
            Unfreeze
          </Button>
        ) : undefined
      }
    >
      <p>
        <strong>Lane {lane} is frozen</strong> by {freeze.frozenBy} since <Clock at={freeze.frozenAt} />
        {freeze.until !== null && (
          <>
            {" "}
            until <Clock at={freeze.until} />
          </>
        )}
        : <LinkedText text={freeze.reason} />
      </p>
      {unfreeze.problem !== undefined && (
        <p>
          {unfreeze.problem.title} {unfreeze.problem.detail}
        </p>
      )}
    </Notice>
  );
}
