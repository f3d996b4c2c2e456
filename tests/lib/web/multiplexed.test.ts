// One stream for several jobs and the overview: the events of each job's own stream, marked with the job.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { services } from "#lib/web/services.ts";
import { multiplexedEvents, type MultiplexedUpdate } from "#lib/contract/events.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";
import { until } from "../../support/until.ts";

const api = await startApi(after);

/** Reads a stream until it is closed. */
async function follow(path: string) {
  const response = await api.call(path);
  assert.equal(response.status, 200);
  const updates: MultiplexedUpdate[] = [];
  const heartbeats: string[] = [];
  let isOver = false;
  const reader = response.body?.getReader();
  assert.ok(reader !== undefined);
  after(() => reader.cancel());
  void (async () => {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1] ?? "";
        if (block.startsWith("event: heartbeat")) heartbeats.push((JSON.parse(data) as { at: string }).at);
        if (block.startsWith("event: update")) updates.push(multiplexedEvents.update.parse(JSON.parse(data)));
      }
    }
    isOver = true;
  })();
  return {
    updates,
    heartbeats,
    of: (jobId: number | null) =>
      updates.filter((update) => update.jobId === jobId).map(({ event }) => event),
    get isOver() {
      return isOver;
    },
    leave: () => reader.cancel(),
  };
}

test("one stream delivers the overview and every requested job, each from its cursor", async () => {
  const first = await aJob(api.db, { lane: "a" }).prints("one", "two", "three").running();
  const second = await aJob(api.db, { lane: "b" }).prints("alpha").waiting({ on: "yes_no" });
  const stream = await follow(`/api/events/multiplexed?jobs=${first.id}.0.2,${second.id}.0.0`);

  await until("the first job", () => stream.of(first.id).includes("output"));
  await until("the second job", () => stream.of(second.id).includes("output"));
  await until("the overview", () => stream.of(null).includes("overview"));

  const [whole] = stream.of(first.id).filter((event) => event !== "viewers");
  assert.equal(whole, "job", "the whole job is sent before its output");
  const output = stream.updates.filter(({ jobId, event }) => jobId === first.id && event === "output");
  assert.match(JSON.stringify(output), /three/);
  assert.doesNotMatch(JSON.stringify(output), /"(?:one|two)"/);
  assert.match(output.at(-1)?.cursor ?? "", /^\d+\.\d+$/);
  await stream.leave();
});

test("a job that ends gets its end event, and the stream continues with the others", async () => {
  const ended = await aJob(api.db, { lane: "c" }).prints("bye").succeeded();
  const running = await aJob(api.db, { lane: "d" }).waiting({ on: "yes_no" });
  const stream = await follow(`/api/events/multiplexed?jobs=${ended.id}.0.0,${running.id}.0.0`);

  await until("the end of the first job", () => stream.of(ended.id).includes("end"));
  const before = stream.of(running.id).length;
  await api.ask(
    { parse: (value) => value },
    `/api/jobs/${running.id}/interactions/${running.pendingId}/answer`,
    { method: "PUT", body: { value: true } },
  );
  await until("the events of the second job", () => stream.of(running.id).length > before);

  assert.equal(stream.isOver, false);
  await stream.leave();
});

test("a stream sends the server time as soon as it is open", async () => {
  const stream = await follow("/api/events/multiplexed");
  await until("the time", () => stream.heartbeats.length > 0);

  assert.ok(Math.abs(Date.parse(stream.heartbeats[0] ?? "") - Date.now()) < 60_000);
  await stream.leave();
});

test("an invalid list of jobs is rejected", async () => {
  const many = Array.from({ length: 101 }, (_, n) => `${n + 1}.0.0`).join(",");
  for (const jobs of ["x", "1", "1.2", "1.2.3.4", "1.0.0,1.0.0", "-1.0.0", "1.0.0;2.0.0", many]) {
    const { code } = await api.refused(`/api/events/multiplexed?jobs=${jobs}`);
    assert.equal(code, "invalid_request", jobs);
  }
});

test("streams of one caller beyond a limit are refused, and other callers are served meanwhile", async () => {
  const viewer = { as: "viewer" } as const;
  const answers = await Promise.all(Array.from({ length: 400 }, () => api.call("/api/events", viewer)));
  const open = answers.filter(({ status }) => status === 200);
  try {
    assert.equal(open.length, services().streamLimit.max);
    assert.ok(answers.every(({ status }) => status === 200 || status === 429));
    const refused = answers.find(({ status }) => status === 429);
    assert.equal(refused?.headers.get("retry-after"), "10");
    assert.equal((await api.call("/api/events", { as: "admin" }).then(closed)).status, 200);
    assert.equal((await api.call("/api/jobs", viewer)).status, 200);
    const pool = api.db.pool;
    // Each stream first reads its initial state.
    await until("every connection of the pool to be idle", () => pool.totalCount === pool.idleCount);
  } finally {
    for (const response of open) await closed(response);
  }
  assert.equal(
    (await api.call("/api/events", viewer).then(closed)).status,
    200,
    "a closed stream frees its slot",
  );
});

test("streams that are refused for another reason use no slot", async () => {
  for (let n = 0; n <= services().streamLimit.max; n += 1) {
    assert.equal((await api.refused("/api/jobs/999999/events")).code, "job_not_found");
  }
});

async function closed(response: Response): Promise<Response> {
  await response.body?.cancel();
  return response;
}
