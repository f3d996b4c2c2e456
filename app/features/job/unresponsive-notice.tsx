"use client";
import { LOSS_AFTER_MS } from "#lib/domain/worker-heartbeat.ts";
import { type Job, jobEndpoints } from "#lib/contract/job.ts";
import { useNow } from "../../client/use-now.tsx";
import { usePermission } from "../../client/use-session.tsx";
import { ExactMoment, MinutesSince } from "../../ui/time.tsx";
import { Notice } from "../../ui/notice.tsx";
import { call } from "../../client/api.ts";
import { ActionWithNote } from "./action-with-note.tsx";

/** The page shows what was, because the worker of the job is not heard: what that means, and what may be done at last. */
export function UnresponsiveNotice({ job, isConnected }: { job: Job; isConnected: boolean }) {
  const canDeclare = usePermission("declare_lost");
  const now = useNow();
  const since = job.workerSilentSince;
  if (since === null) return null;
  const isLong = now - Date.parse(since) >= LOSS_AFTER_MS;
  return (
    <Notice tone="warning">
      <p>
        <strong>
          The worker on {job.host} has not been heard for <MinutesSince since={since} words="some seconds" />.
        </strong>{" "}
        As long as that host runs, the deployment goes on there by itself. What is shown here is of{" "}
        <ExactMoment at={since} />; it catches up as soon as the worker is back.
      </p>
      {isLong && !canDeclare && <p>If the host does not come back, an admin can end the job as lost.</p>}
      {isLong && canDeclare && <DeclareLost job={job} isConnected={isConnected} />}
    </Notice>
  );
}

/** A host that does not come back keeps its job running for ever, unless somebody who knows more says that it is lost. */
function DeclareLost({ job, isConnected }: { job: Job; isConnected: boolean }) {
  return (
    <>
      <p>If {job.host} does not come back, or nobody can tell, the job can be ended as lost.</p>
      <ActionWithNote
        action="Declare it lost"
        title={`Declare job ${job.id} lost?`}
        found="What was found about the host"
        send={(note, onSlow) =>
          call(jobEndpoints.declareJobLost, { params: { id: job.id }, body: { note }, onSlow })
        }
        isConnected={isConnected}
      >
        <p>
          This stops nothing: scap may still run on {job.host}. From here it cannot be answered or stopped any
          more, and what it prints is not stored. The lane {job.lane} stays held until somebody frees it.
        </p>
      </ActionWithNote>
    </>
  );
}
