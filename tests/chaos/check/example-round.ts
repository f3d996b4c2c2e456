// The facts of a round without violations, of one with a killed job and of one with a cancelled job, for the tests of the checks.
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { JobFacts, StoredAnswer, StoredEvent } from "../facts.ts";
import type { ScapProcess } from "../recordings.ts";
import type { StopRequest } from "../stop-requests.ts";

const AT = "2026-01-01T00:00:00.000Z";
export const PROMPT = "Backport the changes? [y/N]: ";

export function question(): Interaction {
  return {
    id: 5,
    jobId: 1,
    kind: "yes_no",
    message: "Backport the changes?",
    options: [],
    default: false,
    recognised: true,
    complaint: null,
    state: "answered",
    askedAt: AT,
    line: 1,
    endedAt: AT,
    remindedAt: null,
    reminders: 0,
    expiresAt: null,
    expiryAction: null,
    errorsBefore: null,
    errorsAtQuestion: null,
    answer: null,
  };
}

export function job(): Job {
  return {
    id: 1,
    kind: "backport",
    operation: { name: "Backport", completedLabel: "Deployed", evidence: "production" },
    parameters: { changes: ["1234"] },
    lane: "a",
    state: "succeeded",
    outcome: "completed",
    reached: "production",
    reachIsPartial: false,
    isApproved: true,
    reason: null,
    reasonCode: null,
    errorLine: null,
    decidedBy: null,
    ignoredChecks: [],
    endedProcesses: [],
    requestedBy: "requester-0",
    responsible: "requester-0",
    queueRank: 1,
    windowId: null,
    changes: [],
    status: null,
    progress: null,
    pendingInteraction: null,
    queuePosition: null,
    blockedBy: null,
    createdAt: AT,
    startedAt: AT,
    finishedAt: AT,
    exitCode: 0,
    exitSignal: null,
    retryOf: null,
    reverts: [],
    revertedBy: [],
    held: null,
    hosts: null,
    failedStarts: [],
    policyOverride: null,
    totalLines: 2,
    workerUnresponsiveSince: null,
    command: ["backport", "1234"],
    host: "chaos",
    outputRemovedAt: null,
    declaredLost: null,
    foundRunning: null,
    train: null,
    phases: [],
    interactions: [question()],
    signals: [],
  };
}

export function scap(): ScapProcess {
  return {
    pid: 100,
    ppid: 1,
    argv: ["backport", "1234"],
    user: "requester-0",
    startedAt: 1,
    prompts: [{ id: "B5", at: 2, text: PROMPT, hidden: false, read: { at: 3, text: "y" } }],
    exitCode: 0,
    endedAt: 4,
    out: Buffer.from(`${PROMPT}done\n`),
  };
}

export const answer: StoredAnswer = {
  interactionId: 5,
  kind: "yes_no",
  message: "Backport the changes?",
  value: true,
  typed: "y",
  answeredBy: "ann",
  delivery: "consumed",
  settled: true,
};

export const event = (
  seq: number,
  kind: string,
  actor: string | null = null,
  data: Record<string, unknown> = {},
): StoredEvent => ({ seq, kind, at: new Date(AT), actor, data });

/** Ann killed it at a question. */
export function killed(): JobFacts {
  const facts = complete();
  const signal = { signalId: "7", kind: "kill" as const, by: "ann", pids: [100] };
  const row = {
    id: 7,
    kind: "kill",
    requestedBy: "ann",
    expiredInteractionId: null,
    requestedAt: AT,
    deliveredAt: AT,
  } as const;
  const exit = { exitCode: null, signal: 9, failure: null };
  return {
    ...facts,
    job: {
      ...job(),
      state: "failed",
      outcome: "killed",
      exitCode: null,
      exitSignal: 9,
      totalLines: 1,
      signals: [row],
      interactions: [{ ...question(), state: "withdrawn" }],
    },
    eventSeq: 5,
    events: [
      event(1, "job_created"),
      event(2, "job_started"),
      event(3, "signal_requested", "ann", { signal: "kill", signalId: 7 }),
      event(4, "signal_delivered", "ann", { signal: "kill", signalId: 7, processCount: 1 }),
      event(5, "job_finished"),
    ],
    answers: [],
    raw: Buffer.from(PROMPT),
    lines: [PROMPT],
    holder: { state: "ended", directory: "", exit, endedAt: 4 },
    journal: [
      { kind: "signal", position: 0, next: 1, at: 3, signal },
      { kind: "exit", position: 1, next: 2, at: 4, exit },
    ],
    processes: [
      {
        ...scap(),
        prompts: [{ id: "B5", at: 2, text: PROMPT, hidden: false, read: null }],
        exitCode: null,
        endedAt: null,
        out: Buffer.from(PROMPT),
      },
    ],
  };
}

export const killRequest: StopRequest = { jobId: 1, what: "kill", by: "ann", status: 202, signalId: 7 };

export function cancelled(): JobFacts {
  return {
    ...complete(),
    job: {
      ...job(),
      state: "cancelled",
      outcome: "cancelled_while_queued",
      startedAt: null,
      exitCode: null,
      totalLines: 0,
      interactions: [],
    },
    eventSeq: 2,
    events: [event(1, "job_created"), event(2, "job_cancelled", "ann")],
    answers: [],
    raw: Buffer.alloc(0),
    lines: [],
    holder: { state: "none" },
    journal: [],
    processes: [],
  };
}

export const cancelRequest: StopRequest = {
  jobId: 1,
  what: "cancel",
  by: "ann",
  status: 200,
  signalId: null,
};

export function complete(): JobFacts {
  const at = new Date(AT);
  return {
    id: 1,
    planned: { lane: 0, change: 1234, afterMs: 0 },
    job: job(),
    laneReleasedAt: at,
    laneReleasedBy: null,
    eventSeq: 3,
    events: ["job_created", "job_started", "job_finished"].map((kind, index) => event(index + 1, kind)),
    answers: [answer],
    raw: Buffer.from(`${PROMPT}y\r\ndone\r\n`),
    lines: [`${PROMPT}y`, "done"],
    holder: { state: "ended", directory: "", exit: { exitCode: 0, signal: null, failure: null }, endedAt: 4 },
    holderFile: undefined,
    journal: [
      { kind: "exit", position: 0, next: 1, at: 4, exit: { exitCode: 0, signal: null, failure: null } },
    ],
    protocolKey: "key",
    processes: [scap()],
  };
}
