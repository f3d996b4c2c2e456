"use client";
// Lanes: which job holds each, and freezes. Hosts: which worker serves each.
import Link from "next/link";
import { useState } from "react";
import type { Host, Lane } from "#lib/contract/lane.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useLanes } from "../../client/use-lanes.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import card from "../../ui/card.module.css";
import { LinkedText } from "../../ui/linked-text.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Clock, Moment } from "../../ui/time.tsx";
import { FreezeDialog } from "../shell/lazy-dialogs.tsx";
import { AdminPage } from "./admin-page.tsx";
import styles from "./admin.module.css";

type LanesViewProps = {
  /** In display order. A lane that is used for the first time is listed after a reload: rows must not move. */
  names: readonly string[];
  hosts: readonly Host[];
};

export function LanesView({ names, hosts }: LanesViewProps) {
  const lanes = useLanes();
  return (
    <AdminPage name="lanes">
      <ul className={card.card} aria-label="Lanes">
        {names.map((name) => (
          <LaneRow key={name} lane={lanes.find((lane) => lane.name === name) ?? idleLane(name)} />
        ))}
      </ul>
      <h2 className={styles.heading}>Hosts</h2>
      <ul className={card.card} aria-label="Hosts">
        {hosts.map((host) => (
          <HostRow key={host.name} host={host} />
        ))}
        {hosts.length === 0 && <li className={styles.empty}>No worker has connected in the last 30 days.</li>}
      </ul>
    </AdminPage>
  );
}

function idleLane(name: string): Lane {
  return { name, heldBy: null, freeze: null };
}

function LaneRow({ lane: { name, heldBy, freeze } }: { lane: Lane }) {
  const { overview, connection } = useOverview();
  const isConnected = isCurrent(connection);
  const [isFreezing, setIsFreezing] = useState(false);
  const unfreeze = useAction(async (_, onSlow) => {
    await call("DELETE /api/lanes/{lane}/freeze", { params: { lane: name }, onSlow });
  });
  const holder = overview.jobs.find(({ id }) => id === heldBy);
  return (
    <li className={styles.row}>
      <strong>{name}</strong>
      {freeze === null ? <Badge tone="success" label="Open" /> : <Badge tone="warning" label="Frozen" />}
      <span className={styles.grow}>
        {heldBy === null ? (
          "No deployment is running. "
        ) : (
          <>
            Held by <Link href={`/jobs/${heldBy}`}>job {heldBy}</Link>
            {holder?.state === "lost" ? ", which is lost: release the lane on its page. " : ". "}
          </>
        )}
        {freeze !== null && (
          <>
            {freeze.frozenBy} froze it at <Clock at={freeze.frozenAt} />
            {freeze.until !== null && (
              <>
                {" "}
                until <Clock at={freeze.until} />
              </>
            )}
            : <LinkedText text={freeze.reason} />
          </>
        )}
      </span>
      {freeze === null ? (
        <Button disabled={!isConnected} onClick={() => setIsFreezing(true)}>
          Freeze {name}…
        </Button>
      ) : (
        <Button disabled={!isConnected || unfreeze.isRunning} onClick={() => unfreeze.run()}>
          Unfreeze {name}
        </Button>
      )}
      {unfreeze.problem !== undefined && <ProblemNotice problem={unfreeze.problem} />}
      {isFreezing && <FreezeDialog isOpen lane={name} onClose={() => setIsFreezing(false)} />}
    </li>
  );
}

function HostRow({ host }: { host: Host }) {
  const { name, version, isResponding, heartbeatAt, stoppedAt, runningJobs } = host;
  return (
    <li className={styles.row}>
      <strong>{name}</strong>
      {isResponding ? (
        <Badge tone="success" label="Connected" />
      ) : (
        <Badge tone="error" label={stoppedAt === null ? "Not responding" : "Stopped"} />
      )}
      <span className={styles.grow}>
        Version {version} · {plural(runningJobs, "job", "jobs")} running
        {!isResponding && (
          <>
            {" "}
            · last heartbeat <Moment at={heartbeatAt} />
          </>
        )}
      </span>
    </li>
  );
}
