"use client";
// A host: whether its worker responds and starts jobs, and its drain.
import { useState } from "react";
import type { Host } from "#lib/contract/lane.ts";
import { sentence } from "#lib/domain/sentence.ts";
import { visibleText } from "#lib/domain/visible-text.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { plural } from "../../text/format.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Clock, Moment } from "../../ui/time.tsx";
import styles from "./admin.module.css";
import { ReasonField } from "../../ui/reason-field.tsx";
import { RowFacts } from "./row-facts.tsx";

/** @param rendered as it was when the page was loaded; what decides about starts is live. */
export function HostRow({ rendered }: { rendered: Host }) {
  const { overview, connection } = useOverview();
  const host = { ...rendered, ...overview.hosts.find(({ name }) => name === rendered.name) };
  const { name, drain } = host;
  const isConnected = isCurrent(connection);
  const [isDraining, setIsDraining] = useState(false);
  const undrain = useAction(async (_, onSlow) => {
    await call("DELETE /api/hosts/{host}/drain", { params: { host: name }, onSlow });
  });
  return (
    <li className={styles.row}>
      <strong>{visibleText(name)}</strong>
      <HostBadge host={host} />
      <RowFacts subject={`host ${visibleText(name)}`}>
        <HostFacts host={host} />
      </RowFacts>
      {drain === null ? (
        <Button disabled={!isConnected} onClick={() => setIsDraining(true)}>
          Drain…<span className="visually-hidden"> {visibleText(name)}</span>
        </Button>
      ) : (
        <Button disabled={!isConnected || undrain.isRunning} onClick={() => undrain.run()}>
          Undrain<span className="visually-hidden"> {visibleText(name)}</span>
        </Button>
      )}
      {undrain.problem !== undefined && <ProblemNotice problem={undrain.problem} />}
      {isDraining && <DrainDialog host={name} onClose={() => setIsDraining(false)} />}
    </li>
  );
}

function HostBadge({ host: { isResponding, stoppedAt, drain, claimProblem } }: { host: Host }) {
  if (!isResponding) {
    return <Badge tone="error" label={stoppedAt === null ? "Not responding" : "Stopped"} />;
  }
  if (drain !== null) return <Badge tone="warning" label="Drained" />;
  if (claimProblem !== null) return <Badge tone="error" label="Starts no jobs" />;
  return <Badge tone="success" label="Connected" />;
}

/** On one line, what needs attention first. */
function HostFacts({ host }: { host: Host }) {
  const { version, isResponding, heartbeatAt, drain, claimProblem, scapVersion, scapProblem } = host;
  return (
    <>
      {claimProblem !== null && `${claimProblem} `}
      {scapProblem !== null && `scap does not run: ${visibleText(scapProblem)}. `}
      {drain !== null && (
        <>
          {drain.by} drained it at <Clock at={drain.at} />: <LinkedText text={sentence(drain.reason)} />{" "}
        </>
      )}
      {plural(host.runningJobs, "job", "jobs")} running · version {version}
      {scapVersion !== null && ` · scap: ${visibleText(scapVersion)}`}
      {host.operations !== null && ` · only ${host.operations.join(", ")}`}
      {!isResponding && (
        <>
          {" "}
          · last heartbeat <Moment at={heartbeatAt} />
        </>
      )}
    </>
  );
}

function DrainDialog({ host, onClose }: { host: string; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const drain = useAction(async (_, onSlow) => {
    await call("PUT /api/hosts/{host}/drain", { params: { host }, body: { reason }, onSlow });
    onClose();
  });
  return (
    <FormDialog
      isOpen
      title={`Drain ${visibleText(host)}`}
      action="Drain"
      isEnabled={reason.trim() !== "" && !drain.isRunning}
      onSubmit={() => drain.run()}
      onClose={onClose}
    >
      <p>
        The host starts no more jobs. Running jobs continue. Jobs of its lanes wait until you switch them to
        another host.
      </p>
      <ReasonField label="Reason (visible to everyone)" value={reason} onChange={setReason} />
      {drain.problem !== undefined && <ProblemNotice problem={drain.problem} />}
    </FormDialog>
  );
}
