// Each promise that the rounds check, broken on purpose: a check that lets it pass would guard nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interaction, Job } from "#lib/wire/schemas.ts";
import type { JobFacts, RoundFacts, StoredAnswer } from "../facts.ts";
import type { Confirmed } from "../people.ts";
import type { ScapProcess } from "../recordings.ts";
import type { Watched } from "../watcher.ts";
import { checkAnswers } from "./answers.ts";
import { checkLog } from "./leftovers.ts";
import { checkOutput } from "./output.ts";
import { checkRows } from "./rows.ts";
import { checkStarts } from "./starts.ts";
import { checkWatched } from "./watched.ts";

const AT = "2026-01-01T00:00:00.000Z";
const PROMPT = "Backport the changes? [y/N]: ";

function question(): Interaction {
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
    endedAt: AT,
    answer: null,
  };
}

function job(): Job {
  return {
    id: 1,
    kind: "backport",
    lane: "a",
    state: "succeeded",
    outcome: "completed",
    requestedBy: "requester-0",
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
    totalLines: 2,
    command: ["backport", "1234"],
    host: "chaos",
    phases: [],
    interactions: [question()],
    signals: [],
  };
}

function scap(): ScapProcess {
  return {
    pid: 100,
    ppid: 1,
    argv: ["backport", "1234"],
    user: "requester-0",
    startedAt: 1,
    prompts: [{ id: "B5", at: 2, text: PROMPT, read: { at: 3, text: "y" } }],
    exitCode: 0,
    endedAt: 4,
    out: Buffer.from(`${PROMPT}done\n`),
  };
}

const answer: StoredAnswer = {
  interactionId: 5,
  kind: "yes_no",
  message: "Backport the changes?",
  value: true,
  typed: "y",
  answeredBy: "ann",
  delivery: "consumed",
  settled: true,
};

function whole(): JobFacts {
  const at = new Date(AT);
  return {
    id: 1,
    planned: { lane: 0, change: 1234, afterMs: 0 },
    job: job(),
    laneReleasedAt: at,
    laneReleasedBy: null,
    eventSeq: 3,
    events: ["job_created", "job_started", "job_finished"].map((kind, index) => ({
      seq: index + 1,
      kind,
      at,
    })),
    answers: [answer],
    raw: Buffer.from(`${PROMPT}y\r\ndone\r\n`),
    lines: [`${PROMPT}y`, "done"],
    holder: { state: "ended", directory: "", exit: { exitCode: 0, signal: null, failure: null }, endedAt: 4 },
    holderFile: null,
    journal: [
      { kind: "exit", position: 0, next: 1, at: 4, exit: { exitCode: 0, signal: null, failure: null } },
    ],
    protocolKey: "key",
    processes: [scap()],
  };
}

const confirmed: Confirmed[] = [{ interactionId: 5, value: true, by: "ann" }];
const watched = (): Watched => ({
  jobId: 1,
  lines: [`${PROMPT}y`, "done"],
  job: job(),
  hasEnded: true,
  connections: 1,
  faults: [],
});

function faultsOf(
  facts: JobFacts,
  { extra = [] as ScapProcess[], told = confirmed, watcher = watched() } = {},
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
    ...checkAnswers(round, told),
    ...checkWatched(round, [watcher]),
  ];
}

test("a round in which nothing was broken passes", () => {
  assert.deepEqual(faultsOf(whole()), []);
});

const BROKEN: Record<string, (facts: JobFacts) => Parameters<typeof faultsOf>> = {
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
  "something else was read": (facts) => [{ ...facts, answers: [{ ...answer, typed: "n" }] }],
  "an answer was read by another prompt": (facts) => [
    { ...facts, answers: [{ ...answer, message: "Continue with sync?" }] },
  ],
  "an answer that was read is said not to be": (facts) => [
    { ...facts, answers: [{ ...answer, delivery: "undelivered" }] },
  ],
  "nobody knows what became of an answer": (facts) => [
    { ...facts, answers: [{ ...answer, settled: false }] },
  ],
  "a confirmed answer is not stored": (facts) => [
    facts,
    { told: [{ interactionId: 5, value: false, by: "ann" }] },
  ],
  "two people were told that theirs counts": (facts) => [
    facts,
    { told: [...confirmed, { interactionId: 5, value: true, by: "bob" }] },
  ],
  "a question stays open": (facts) => [
    { ...facts, job: { ...job(), interactions: [{ ...question(), state: "pending" }] } },
  ],
  "a question was asked twice": (facts) => [
    { ...facts, job: { ...job(), interactions: [question(), { ...question(), id: 6, state: "withdrawn" }] } },
  ],
  "the job did not end": (facts) => [{ ...facts, job: { ...job(), outcome: null, state: "running" } }],
  "the exit code is another one": (facts) => [{ ...facts, job: { ...job(), exitCode: 1 } }],
  "the outcome does not fit": (facts) => [{ ...facts, job: { ...job(), outcome: "rolled_back" } }],
  "it is lost though its holder ended well": (facts) => [
    { ...facts, job: { ...job(), outcome: "holder_lost", state: "lost" } },
  ],
  "the history has a gap": (facts) => [{ ...facts, events: facts.events.filter(({ seq }) => seq !== 2) }],
  "it started twice": (facts) => [
    {
      ...facts,
      eventSeq: 4,
      events: [...facts.events, { seq: 4, kind: "job_started", at: new Date(AT) }],
    },
  ],
  "the journal has no end": (facts) => [{ ...facts, journal: [] }],
  "a watcher missed a line": (facts) => [facts, { watcher: { ...watched(), lines: ["done"] } }],
  "a watcher was not told the end": (facts) => [facts, { watcher: { ...watched(), hasEnded: false } }],
  "a watcher was left with an old picture": (facts) => [
    facts,
    { watcher: { ...watched(), job: { ...job(), interactions: [] } } },
  ],
};

for (const [what, breakIt] of Object.entries(BROKEN)) {
  test(`it is noticed when ${what}`, () => {
    assert.notDeepEqual(faultsOf(...breakIt(whole())), []);
  });
}

test("it is noticed when a job starts while the one before it holds the lane", () => {
  const first = whole();
  const second = { ...whole(), id: 2, job: { ...job(), id: 2 }, processes: [{ ...scap(), pid: 200 }] };
  const round = (free: Date | null): RoundFacts => ({
    dataDir: "",
    jobs: [{ ...first, laneReleasedAt: free }, second],
    jobCount: 2,
    processes: [],
  });

  const beside = checkRows(round(new Date("2026-01-01T00:00:01Z")));
  const never = checkRows(round(null));

  assert.ok(beside.some((fault) => fault.includes("held the lane")));
  assert.ok(never.some((fault) => fault.includes("held the lane")));
});

test("errors and stray words in a log are noticed, news and warnings are not", () => {
  const line = (level: string) => JSON.stringify({ level, msg: "something" });

  assert.deepEqual(checkLog("worker-0", `${line("info")}\n${line("warn")}\nlistening on 127.0.0.1:1\n`), []);
  assert.equal(checkLog("worker-0", `${line("error")}\nTypeError: x is not a function\n`).length, 2);
});
