// Those who stop deployments while everything dies: they send signals to what runs, and take out of the queue what waits
// there. Each request is made once, as nobody can know whether one without an answer was heard.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { jobList } from "#lib/contract/job.ts";
import { comes } from "./inject.ts";
import type { Moments } from "./moments.ts";
import type { Caller } from "./people.ts";
import type { PlannedSignal } from "./plan.ts";
import type { Random } from "./random.ts";

export type Request = {
  jobId: number;
  what: PlannedSignal["kind"] | "cancel";
  by: string;
  /** Null when there was no answer. */
  status: number | null;
  /** Of the signal, when it was accepted. */
  signalId: number | null;
};

export type Person = { name: string; call: Caller };

const accepted = z.object({ id: z.number() });
const LOOK_MS = 120;

export async function sendSignals(options: {
  planned: readonly PlannedSignal[];
  people: readonly Person[];
  moments: Moments;
  /** Lanes of this round. */
  lanes: readonly string[];
  ended: Promise<unknown>;
  note: (line: string) => void;
}): Promise<Request[]> {
  const tooLate = new AbortController();
  void options.ended.catch(() => undefined).then(() => tooLate.abort());
  const sent = options.planned.map(async (planned) => {
    const person = options.people[planned.by];
    if (person === undefined || !(await comes(planned, options.moments, tooLate.signal))) return [];
    const live = (await listJobs(person.call, options.lanes)).filter(
      ({ state }) => state === "running" || state === "waiting",
    );
    const target = live[planned.index % Math.max(1, live.length)];
    if (target === undefined) return [];
    options.note(`${person.name} sends ${planned.kind} to job ${target.id}`);
    const reply = await person.call("POST", `/api/jobs/${target.id}/signals`, { kind: planned.kind });
    return [
      {
        jobId: target.id,
        what: planned.kind,
        by: person.name,
        status: reply?.status ?? null,
        signalId: reply?.status === 202 ? accepted.parse(reply.body).id : null,
      },
    ];
  });
  return (await Promise.all(sent)).flat();
}

export async function cancelQueued(options: {
  person: Person;
  chance: number;
  random: Random;
  lanes: readonly string[];
  isOver: () => boolean;
  note: (line: string) => void;
}): Promise<Request[]> {
  const { person, random } = options;
  const requests: Request[] = [];
  const left = new Set<number>();
  while (options.chance > 0 && !options.isOver()) {
    for (const { id, state } of await listJobs(person.call, options.lanes)) {
      if (state !== "queued" || left.has(id)) continue;
      left.add(id);
      if (!random.chance(options.chance)) continue;
      options.note(`${person.name} cancels job ${id}`);
      const reply = await person.call("POST", `/api/jobs/${id}/cancellation`);
      const status = reply?.status ?? null;
      requests.push({ jobId: id, what: "cancel", by: person.name, status, signalId: null });
    }
    await sleep(LOOK_MS);
  }
  return requests;
}

async function listJobs(call: Caller, lanes: readonly string[]): Promise<{ id: number; state: string }[]> {
  const reply = await call("GET", "/api/jobs?limit=100");
  const jobs = reply?.status === 200 ? jobList.parse(reply.body).jobs : [];
  return jobs.filter(({ lane }) => lanes.includes(lane));
}
