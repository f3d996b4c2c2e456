"use client";
import { type Lane, laneEndpoints } from "#lib/contract/lane.ts";
import { useAction } from "../../client/use-action.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import { Notice } from "../../ui/notice.tsx";
import { Moment } from "../../ui/time.tsx";

/** Who stopped new deployments, and why: before anybody wonders why nothing starts. */
export function FreezeNotices() {
  const { lanes } = useOverview().overview;
  return lanes.map(
    (lane) => lane.freeze !== null && <FreezeNotice key={lane.name} lane={lane.name} freeze={lane.freeze} />,
  );
}

function FreezeNotice({ lane, freeze }: { lane: string; freeze: NonNullable<Lane["freeze"]> }) {
  const canUnfreeze = usePermission("freeze_lane");
  const lift = useAction(async (_, onSlow) => {
    await call(laneEndpoints.unfreezeLane, { params: { lane }, onSlow });
  });
  return (
    <Notice
      tone="warning"
      announced="politely"
      action={
        canUnfreeze ? (
          <Button disabled={lift.isRunning} onClick={() => lift.run()}>
            Lift the freeze
          </Button>
        ) : undefined
      }
    >
      <p>
        <strong>Deployments of {lane} are frozen</strong> by {freeze.frozenBy} since{" "}
        <Moment at={freeze.frozenAt} />
        {freeze.until !== null && (
          <>
            {" "}
            until <Moment at={freeze.until} />
          </>
        )}
        : <LinkedText text={freeze.reason} />
      </p>
      {lift.problem !== undefined && <p>{lift.problem.title}</p>}
    </Notice>
  );
}
