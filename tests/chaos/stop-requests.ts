// Users who stop deployments: they send signals to running jobs and remove jobs from the queue. Each request is sent once,
// because the effect of a request without a response is unknown.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { jobList } from "#lib/contract/job.ts";
import { untilTriggered } from "./inject.ts";
import type { RoundEvents } from "./round-events.ts";
import type { Caller } from "./users.ts";
import type { PlannedSignal } from "./plan.ts";
import type { Random } from "./random.ts";

export type StopRequest = {
  jobId: number;
  what: PlannedSignal["kind"] | "cancel";
  by: string;
  /** Null when there was no response. */
  status: number | null;
  /** The signal, when it was accepted. */
  signalId: number | null;
};

export type User = { name: string; call: Caller };

const accepted = z.object({ id: z.number() });
const POLL_MS = 120;

export async function sendSignals(options: {
  planned: readonly PlannedSignal[];
  users: readonly User[];
  roundEvents: RoundEvents;
  /** Lanes of this round. */
  lanes: readonly string[];
  ended: Promise<unknown>;
  note: (line: string) => void;
}): Promise<StopRequest[]> {
  const expired = new AbortController();
  void options.ended.catch(() => undefined).then(() => expired.abort());
  const sent = options.planned.map(async (planned) => {
    const user = options.users[planned.by];
    if (user === undefined || !(await untilTriggered(planned, options.roundEvents, expired.signal))) {
      return [];
    }
    const live = (await listJobs(user.call, options.lanes)).filter(
      ({ state }) => state === "running" || state === "waiting",
    );
    const target = live[planned.index % Math.max(1, live.length)];
    if (target === undefined) return [];
    options.note(`${user.name} sends ${planned.kind} to job ${target.id}`);
    const reply = await user.call("POST", `/api/jobs/${target.id}/signals`, { kind: planned.kind });
    return [
      {
        jobId: target.id,
        what: planned.kind,
        by: user.name,
        status: reply?.status ?? null,
        signalId: reply?.status === 202 ? accepted.parse(reply.body).id : null,
      },
    ];
  });
  return (await Promise.all(sent)).flat();
}

export async function cancelQueued(options: {
  user: User;
  chance: number;
  random: Random;
  lanes: readonly string[];
  isOver: () => boolean;
  note: (line: string) => void;
}): Promise<StopRequest[]> {
  const { user, random } = options;
  const requests: StopRequest[] = [];
  const considered = new Set<number>();
  while (options.chance > 0 && !options.isOver()) {
    for (const { id, state } of await listJobs(user.call, options.lanes)) {
      if (state !== "queued" || considered.has(id)) continue;
      considered.add(id);
      if (!random.chance(options.chance)) continue;
      options.note(`${user.name} cancels job ${id}`);
      const reply = await user.call("POST", `/api/jobs/${id}/cancellation`);
      const status = reply?.status ?? null;
      requests.push({ jobId: id, what: "cancel", by: user.name, status, signalId: null });
    }
    await sleep(POLL_MS);
  }
  return requests;
}

async function listJobs(call: Caller, lanes: readonly string[]): Promise<{ id: number; state: string }[]> {
  const reply = await call("GET", "/api/jobs?limit=100");
  const jobs = reply?.status === 200 ? jobList.parse(reply.body).jobs : [];
  return jobs.filter(({ lane }) => lanes.includes(lane));
}
