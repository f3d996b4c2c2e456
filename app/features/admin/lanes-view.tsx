"use client";
// Lanes: which job holds each, which host it is bound to, and freezes. Hosts: whether each starts jobs.
import type { Host, Lane } from "#lib/contract/lane.ts";
import { useLanes } from "../../client/use-lanes.ts";
import card from "../../ui/card.module.css";
import { AdminPage } from "./admin-page.tsx";
import styles from "./admin.module.css";
import { HostRow } from "./host-row.tsx";
import { LaneRow } from "./lane-row.tsx";

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
          <LaneRow
            key={name}
            lane={lanes.find((lane) => lane.name === name) ?? unusedLane(name)}
            hosts={hosts.map((host) => host.name)}
          />
        ))}
      </ul>
      <h2 className={styles.heading}>Hosts</h2>
      <ul className={card.card} aria-label="Hosts">
        {hosts.map((host) => (
          <HostRow key={host.name} rendered={host} />
        ))}
        {hosts.length === 0 && <li className={styles.empty}>No worker has connected in the last 30 days.</li>}
      </ul>
    </AdminPage>
  );
}

/** The server lists a lane from its first job or freeze on. */
function unusedLane(name: string): Lane {
  return { name, heldBy: null, host: null, freeze: null };
}
