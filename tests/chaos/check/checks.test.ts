// Each check of the rounds detects its violation: an undetected violation would make the check useless.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Job } from "#lib/contract/job.ts";
import type { JobFacts, RoundFacts } from "../facts.ts";
import type { ConfirmedAnswer } from "../users.ts";
import { differences } from "../overview.ts";
import type { ScapProcess } from "../recordings.ts";
import type { StopRequest } from "../stop-requests.ts";
import type { WatchResult } from "../watcher.ts";
import { checkAnswers } from "./answers.ts";
import { checkLog } from "./leftovers.ts";
import { checkOutput } from "./output.ts";
import { checkRows } from "./rows.ts";
import { checkStarts } from "./starts.ts";
import { checkStopped } from "./stop-requests.ts";
import { checkWatched } from "./watchers.ts";
import {
  PROMPT,
  answer,
  cancelRequest,
  cancelled,
  complete,
  event,
  job,
  killRequest,
  killed,
  question,
  scap,
} from "./example-round.ts";

const confirmed: ConfirmedAnswer[] = [{ interactionId: 5, value: true, by: "ann" }];
const watched = (): WatchResult => ({
  jobId: 1,
  lines: [`${PROMPT}y`, "done"],
  job: job(),
  hasEnded: true,
  connections: 1,
  violations: [],
});

function violationsOf(
  facts: JobFacts,
  {
    extra = [] as ScapProcess[],
    accepted = confirmed,
    watcher = watched(),
    requests = [] as readonly StopRequest[],
  } = {},
) {
  const round: RoundFacts = {
    dataDir: "",
    jobs: [facts],
    jobCount: 1,
    processes: [...facts.processes, ...extra],
  };
  return [
    ...checkStarts(round, 1),
    ...checkRows(round),
    ...checkOutput(round),
    ...checkAnswers(round, accepted),
    ...checkStopped(round, requests),
    ...checkWatched(round, [watcher]),
  ];
}

test("a round without violations passes", () => {
  assert.deepEqual(violationsOf(complete()), []);
});

const BROKEN: Record<string, (facts: JobFacts) => Parameters<typeof violationsOf>> = {
  "scap was started twice": (facts) => [facts, { extra: [{ ...scap(), pid: 101 }] }],
  "scap was never started": (facts) => [{ ...facts, processes: [] }],
  "another command was started": (facts) => [
    { ...facts, processes: [{ ...scap(), argv: ["backport", "1"] }] },
  ],
  "a child of scap ran twice": (facts) => {
    const child = { ...scap(), ppid: 100, argv: ["prep", "auto"], prompts: [], out: Buffer.alloc(0) };
    return [{ ...facts, processes: [scap(), { ...child, pid: 101 }, { ...child, pid: 102 }] }];
  },
  "a byte was lost": (facts) => [{ ...facts, raw: facts.raw.subarray(1) }],
  "a line is missing": (facts) => [{ ...facts, lines: facts.lines.slice(1) }],
  "an answer was read twice": (facts) => [
    {
      ...facts,
      processes: [
        {
          ...scap(),
          prompts: [...scap().prompts, ...scap().prompts],
          out: Buffer.from(`${PROMPT}${PROMPT}done\n`),
        },
      ],
      raw: Buffer.from(`${PROMPT}y\r\n${PROMPT}y\r\ndone\r\n`),
    },
  ],
  "another answer was read": (facts) => [{ ...facts, answers: [{ ...answer, typed: "n" }] }],
  "an answer was read by another prompt": (facts) => [
    { ...facts, answers: [{ ...answer, message: "Continue with sync?" }] },
  ],
  "a consumed answer is stored as undelivered": (facts) => [
    { ...facts, answers: [{ ...answer, delivery: "undelivered" }] },
  ],
  "an answer has no result": (facts) => [{ ...facts, answers: [{ ...answer, settled: false }] }],
  "an accepted answer is not stored": (facts) => [
    facts,
    { accepted: [{ interactionId: 5, value: false, by: "ann" }] },
  ],
  "two answers to one question were accepted": (facts) => [
    facts,
    { accepted: [...confirmed, { interactionId: 5, value: true, by: "bob" }] },
  ],
  "a question stays open": (facts) => [
    { ...facts, job: { ...job(), interactions: [{ ...question(), state: "pending" }] } },
  ],
  "a question was asked twice": (facts) => [
    { ...facts, job: { ...job(), interactions: [question(), { ...question(), id: 6, state: "withdrawn" }] } },
  ],
  "the job did not end": (facts) => [{ ...facts, job: { ...job(), outcome: null, state: "running" } }],
  "the exit code differs": (facts) => [{ ...facts, job: { ...job(), exitCode: 1 } }],
  "the outcome does not match": (facts) => [{ ...facts, job: { ...job(), outcome: "rolled_back" } }],
  "it is lost although its holder ended normally": (facts) => [
    { ...facts, job: { ...job(), outcome: "holder_lost", state: "lost" } },
  ],
  "the history has a gap": (facts) => [{ ...facts, events: facts.events.filter(({ seq }) => seq !== 2) }],
  "it started twice": (facts) => [
    {
      ...facts,
      eventSeq: 4,
      events: [...facts.events, event(4, "job_started")],
    },
  ],
  "the journal has no exit record": (facts) => [{ ...facts, journal: [] }],
  "a watcher missed a line": (facts) => [facts, { watcher: { ...watched(), lines: ["done"] } }],
  "a watcher did not receive the end": (facts) => [facts, { watcher: { ...watched(), hasEnded: false } }],
  "a watcher has an old state": (facts) => [
    facts,
    { watcher: { ...watched(), job: { ...job(), interactions: [] } } },
  ],
};

for (const [what, breakIt] of Object.entries(BROKEN)) {
  test(`detected: ${what}`, () => {
    assert.notDeepEqual(violationsOf(...breakIt(complete())), []);
  });
}

const upToDateWatcher = (facts: JobFacts): WatchResult => ({
  ...watched(),
  lines: facts.lines,
  job: facts.job,
});
const stoppedViolations = (facts: JobFacts, requests: readonly StopRequest[]): string[] =>
  violationsOf(facts, { accepted: [], watcher: upToDateWatcher(facts), requests });

test("a round with a stopped and a cancelled deployment passes", () => {
  assert.deepEqual(stoppedViolations(killed(), [killRequest]), []);
  assert.deepEqual(stoppedViolations(cancelled(), [cancelRequest]), []);
});

test("a round in which a signal arrived between the record of the exit and the exit passes", () => {
  const facts = killed();
  const processes = facts.processes.map((process) => ({ ...process, exitCode: 0, endedAt: 4 }));

  assert.deepEqual(stoppedViolations({ ...facts, processes }, [killRequest]), []);
});

const BROKEN_STOPS: Record<string, [JobFacts, StopRequest[]]> = {
  "a signal was not requested": [killed(), []],
  "a signal is recorded with another author": [killed(), [{ ...killRequest, by: "bob" }]],
  "an accepted signal is not recorded": [
    { ...killed(), job: { ...killed().job, signals: [] } },
    [killRequest],
  ],
  "a signal was sent twice": [
    { ...killed(), journal: [...killed().journal.slice(0, 1), ...killed().journal] },
    [killRequest],
  ],
  "a sent signal is recorded as ineffective": [
    {
      ...killed(),
      events: killed().events.with(3, event(4, "signal_delivered", "ann", { signalId: 7, processCount: 0 })),
    },
    [killRequest],
  ],
  "the history has no author of the signal": [
    { ...killed(), events: killed().events.with(2, event(3, "signal_requested", null, { signalId: 7 })) },
    [killRequest],
  ],
  "a killed job is stored as completed": [
    { ...killed(), job: { ...killed().job, state: "succeeded", outcome: "completed" } },
    [killRequest],
  ],
  "it was killed without a recorded signal": [
    { ...killed(), journal: killed().journal.slice(1) },
    [killRequest],
  ],
  "a cancelled job started": [{ ...cancelled(), processes: [scap()] }, [cancelRequest]],
  "a cancellation was not requested": [cancelled(), []],
  "an accepted cancellation had no effect": [complete(), [cancelRequest]],
};

for (const [what, [facts, requests]] of Object.entries(BROKEN_STOPS)) {
  test(`detected: ${what}`, () => {
    assert.notDeepEqual(stoppedViolations(facts, requests), []);
  });
}

test("detected: the overview has an old state, or lacks the newest job", () => {
  const now = job();
  const shown = (one: Job): ReadonlyMap<number, Job> => new Map([[one.id, one]]);

  assert.deepEqual(differences([now], shown(job())), []);
  assert.equal(differences([now], shown({ ...now, state: "running" })).length, 1);
  assert.equal(differences([now], new Map()).length, 1);
});

test("detected: a job starts while the previous one holds the lane", () => {
  const first = complete();
  const second = { ...complete(), id: 2, job: { ...job(), id: 2 }, processes: [{ ...scap(), pid: 200 }] };
  const round = (free: Date | null): RoundFacts => ({
    dataDir: "",
    jobs: [{ ...first, laneReleasedAt: free }, second],
    jobCount: 2,
    processes: [],
  });

  const beside = checkRows(round(new Date("2026-01-01T00:00:01Z")));
  const never = checkRows(round(null));

  assert.ok(beside.some((violation) => violation.includes("held the lane")));
  assert.ok(never.some((violation) => violation.includes("held the lane")));
});

/** Ann sent a passphrase. */
function withSecret(): JobFacts {
  const facts = complete();
  const ask = "Enter passphrase for key 'k': ";
  const read = { at: 3, text: createHash("sha256").update("hush").digest("hex") };
  return {
    ...facts,
    job: { ...job(), interactions: [{ ...question(), kind: "secret", message: ask }] },
    answers: [{ ...answer, kind: "secret", message: ask, value: null, typed: null }],
    processes: [{ ...scap(), prompts: [{ id: "L1", at: 2, text: ask, hidden: true, read }] }],
  };
}

test("a secret equals the sent one, was not echoed, and is in no row", () => {
  const facts = withSecret();
  const round: RoundFacts = { dataDir: "", jobs: [facts], jobCount: 1, processes: facts.processes };
  const accepted: ConfirmedAnswer[] = [{ interactionId: 5, value: null, by: "ann" }];
  const given = { interactionId: 5, value: "hush", by: "ann" };
  const [stored] = facts.answers;
  const [asking] = facts.processes;
  assert.ok(stored !== undefined && asking !== undefined);
  const shown = asking.prompts.map((prompt) => ({ ...prompt, hidden: false }));

  assert.deepEqual(checkAnswers(round, accepted, [given]), []);
  for (const secrets of [[], [{ ...given, by: "bob" }], [{ ...given, value: "other" }]]) {
    assert.equal(checkAnswers(round, accepted, secrets).length, 1);
  }
  const inRow = { ...facts, answers: [{ ...stored, value: "hush" }] };
  assert.equal(checkAnswers({ ...round, jobs: [inRow] }, accepted, [given]).length, 1);
  const inClear = { ...facts, processes: [{ ...asking, prompts: shown }] };
  assert.equal(checkAnswers({ ...round, jobs: [inClear] }, accepted, [given]).length, 1);
});

test("errors and unexpected output in a log are detected, info and warnings are not", () => {
  const line = (level: string) => JSON.stringify({ "log.level": level, message: "something" });

  assert.deepEqual(checkLog("worker-0", `${line("info")}\n${line("warn")}\n`), []);
  assert.equal(checkLog("web-0", "⨯ TypeError: x is not a function\n").length, 1);
  assert.equal(checkLog("worker-0", `${line("error")}\nTypeError: x is not a function\n`).length, 2);
});
