"use client";
// A lane: the job that holds it, its host and its freeze, and what an admin can do about them.
import Link from "next/link";
import { useState } from "react";
import type { Lane } from "#lib/contract/lane.ts";
import { sentence } from "#lib/domain/sentence.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Clock } from "../../ui/time.tsx";
import { FreezeDialog } from "../shell/lazy-dialogs.tsx";
import styles from "./admin.module.css";
import { RowFacts } from "./row-facts.tsx";
import { SwitchLaneDialog } from "./switch-lane-dialog.tsx";

type LaneRowProps = {
  lane: Lane;
  /** The names of all hosts. */
  hosts: readonly string[];
};

export function LaneRow({ lane: { name, heldBy, host, freeze }, hosts }: LaneRowProps) {
  const { overview, connection } = useOverview();
  const isConnected = isCurrent(connection);
  const [isFreezing, setIsFreezing] = useState(false);
  const [isSwitching, setIsSwitching] = useState(false);
  const others = hosts.filter((other) => other !== host);
  const unfreeze = useAction(async (_, onSlow) => {
    await call("DELETE /api/lanes/{lane}/freeze", { params: { lane: name }, onSlow });
  });
  const holder = overview.jobs.find(({ id }) => id === heldBy);
  return (
    <li className={styles.row}>
      <strong>{name}</strong>
      {freeze === null ? <Badge tone="success" label="Open" /> : <Badge tone="warning" label="Frozen" />}
      <RowFacts subject={`lane ${name}`}>
        {freeze !== null && (
          <>
            {freeze.frozenBy} froze it at <Clock at={freeze.frozenAt} />
            {freeze.until !== null && (
              <>
                {" "}
                until <Clock at={freeze.until} />
              </>
            )}
            : <LinkedText text={sentence(freeze.reason)} />{" "}
          </>
        )}
        {host === null ? "Not bound to a host. " : `Bound to ${visibleText(host)}. `}
        {heldBy === null ? (
          "No deployment is running. "
        ) : (
          <>
            Held by <Link href={`/jobs/${heldBy}`}>job {heldBy}</Link>
            {holder?.state === "lost" ? ", which is lost: release the lane on its page. " : ". "}
          </>
        )}
      </RowFacts>
      <Button disabled={!isConnected || others.length === 0} onClick={() => setIsSwitching(true)}>
        Switch host…<span className="visually-hidden"> of {name}</span>
      </Button>
      {freeze === null ? (
        <Button disabled={!isConnected} onClick={() => setIsFreezing(true)}>
          Freeze…<span className="visually-hidden"> {name}</span>
        </Button>
      ) : (
        <Button disabled={!isConnected || unfreeze.isRunning} onClick={() => unfreeze.run()}>
          Unfreeze<span className="visually-hidden"> {name}</span>
        </Button>
      )}
      {unfreeze.problem !== undefined && <ProblemNotice problem={unfreeze.problem} />}
      {isFreezing && <FreezeDialog isOpen lane={name} onClose={() => setIsFreezing(false)} />}
      {isSwitching && (
        <SwitchLaneDialog lane={name} host={host} others={others} onClose={() => setIsSwitching(false)} />
      )}
    </li>
  );
}
