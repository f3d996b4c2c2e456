// Jobs and questions as responses and events contain them, for tests of the pages.
import type { JobChange } from "#lib/contract/change.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job, JobSummary, Phase } from "#lib/contract/job.ts";

export const AT = "2026-11-20T12:00:00.000Z";

export function aChange(number = 1234): JobChange {
  return {
    number,
    patchSet: 2,
    mergedPatchSet: null,
    project: "operations/mediawiki-config",
    branch: "master",
    subject: `Change number ${number}`,
    owner: "Ada",
    url: `https://gerrit.example/${number}`,
  };
}

export function aQuestion(facts: Partial<Interaction> = {}): Interaction {
  return {
    id: 7,
    jobId: 12,
    kind: "yes_no",
    message: "Backport the changes?",
    options: [
      { text: "yes", value: true },
      { text: "no", value: false },
    ],
    default: false,
    recognised: true,
    complaint: null,
    state: "pending",
    askedAt: AT,
    line: 1,
    endedAt: null,
    remindedAt: null,
    reminders: 0,
    expiresAt: null,
    expiryAction: null,
    errorsBefore: null,
    errorsAtQuestion: null,
    answer: null,
    ...facts,
  };
}

export function aPhase(facts: Partial<Phase> = {}): Phase {
  const finishedAt = facts.finishedAt ?? null;
  return {
    id: 1,
    name: "sync-testservers-k8s",
    depth: 0,
    startedAt: AT,
    finishedAt,
    firstLine: 1,
    lastLine: finishedAt === null ? null : 9,
    usual: null,
    ...facts,
  };
}

export function answeredBy(
  name: string,
  delivery: NonNullable<Interaction["answer"]>["delivery"],
): Partial<Interaction> {
  return {
    state: "answered",
    endedAt: AT,
    answer: { value: true, text: "yes", answeredBy: name, answeredAt: AT, delivery, errorsAtAnswer: null },
  };
}

export function aSummary(facts: Partial<JobSummary> = {}): JobSummary {
  return {
    id: 12,
    kind: "backport",
    operation: { name: "Backport", completedLabel: "Deployed", evidence: "production" },
    parameters: { changes: ["1234"] },
    lane: "mediawiki",
    state: "running",
    outcome: null,
    reached: "nowhere",
    reachIsPartial: false,
    requestedBy: "ada",
    responsible: "ada",
    queueRank: facts.id ?? 12,
    windowId: null,
    changes: [aChange()],
    status: null,
    progress: null,
    pendingInteraction: null,
    createdAt: AT,
    startedAt: AT,
    finishedAt: null,
    exitCode: null,
    exitSignal: null,
    retryOf: null,
    reverts: [],
    revertedBy: [],
    held: null,
    hosts: null,
    failedStarts: [],
    policyOverride: null,
    totalLines: 0,
    workerUnresponsiveSince: null,
    ...facts,
  };
}

export function aJob(facts: Partial<Job> = {}): Job {
  return {
    ...aSummary(),
    queuePosition: null,
    blockedBy: null,
    isApproved: false,
    reason: null,
    reasonCode: null,
    errorLine: null,
    decidedBy: null,
    ignoredChecks: [],
    endedProcesses: [],
    command: ["scap", "backport", "1234"],
    host: "deploy1",
    outputRemovedAt: null,
    declaredLost: null,
    foundRunning: null,
    train: null,
    phases: [],
    interactions: [],
    signals: [],
    ...facts,
  };
}
