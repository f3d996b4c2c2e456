"use client";
import { LOSS_AFTER_MS } from "#lib/domain/worker-heartbeat.ts";
import type { Job } from "#lib/contract/job.ts";
import { useNow } from "../../client/use-now.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { ExactClock, MinutesSince } from "../../ui/time.tsx";
import { Notice } from "../../ui/notice.tsx";
import { call } from "../../client/api.ts";
import { ActionWithNote } from "./action-with-note.tsx";

/** Shown while the worker of the job is not responding: the page is stale, and after a while the job can be declared lost. */
export function UnresponsiveNotice({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const canDeclare = usePermission("declare_lost");
  const now = useNow();
  const since = job.workerUnresponsiveSince;
  if (since === null) return null;
  const isLong = now - Date.parse(since) >= LOSS_AFTER_MS;
  return (
    <Notice tone="warning">
      <p>
        <strong>
          The worker on {job.host} hasn’t responded for{" "}
          <MinutesSince since={since} fallback="a few seconds" />.
        </strong>{" "}
        If the host is up, the deployment keeps running. This page shows the status as of{" "}
        <ExactClock at={since} />.
      </p>
      {isLong && !canDeclare && <p>If the host does not recover, an admin can declare the job lost.</p>}
      {isLong && canDeclare && <DeclareLost job={job} isConnected={isConnected} />}
    </Notice>
  );
}

/** Without this, the job of a host that never recovers would stay live forever. */
function DeclareLost({ job, isConnected }: { job: Job; isConnected: boolean }) {
  return (
    <>
      <p>If {job.host} does not recover, you can declare the job lost.</p>
      <ActionWithNote
        action="Declare lost"
        title={`Declare job ${job.id} lost?`}
        noteLabel="State of the host"
        send={(note, onSlow) =>
          call("POST /api/jobs/{id}/loss", { params: { id: job.id }, body: { note }, onSlow })
        }
        isConnected={isConnected}
      >
        <p>
          This does not stop scap, which may still be running on {job.host}. You can no longer answer or stop
          it from here, and its output is not stored. Lane {job.lane} stays blocked until it is released.
        </p>
      </ActionWithNote>
    </>
  );
}
