// Who views a job, when several web processes send announcements to each other.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { type Announcement, createPresence, type Presence } from "#lib/web/live/presence.ts";

const JOB = 12;

/** Processes that receive each other's announcements, and a clock that moves on request. */
function createCluster(t: TestContext) {
  t.mock.timers.enable({ apis: ["setInterval", "setTimeout", "Date"] });
  const processes = new Map<string, Presence>();
  const sent: Announcement[] = [];
  const changes: string[] = [];
  const crashed = new Set<string>();
  return {
    sent,
    changes,
    start(processId: string): Presence {
      const presence = createPresence({
        processId,
        announce: (announcements) => {
          if (crashed.has(processId)) return;
          sent.push(...announcements);
          for (const one of announcements) for (const other of processes.values()) other.receive(one);
        },
        onChange: (jobId) => changes.push(`${processId} ${jobId}`),
      });
      processes.set(processId, presence);
      t.after(() => presence.close());
      return presence;
    },
    crash: (processId: string) => crashed.add(processId),
    pass: (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) t.mock.timers.tick(1000);
    },
  };
}

test("viewers of all processes are known to each, also to one that starts later", (t) => {
  const cluster = createCluster(t);
  const [a, b] = [cluster.start("a"), cluster.start("b")];
  a.enter(JOB, "alice");
  b.enter(JOB, "bob");
  const c = cluster.start("c");
  c.enter(JOB, "carol");

  for (const process of [a, b, c]) assert.deepEqual(process.viewers(JOB), ["alice", "bob", "carol"]);
});

test("a person with several tabs is one viewer, until the last of them is closed", (t) => {
  const cluster = createCluster(t);
  const [a, b] = [cluster.start("a"), cluster.start("b")];
  b.enter(JOB, "bob");
  const closeFirst = a.enter(JOB, "alice");
  const closeSecond = a.enter(JOB, "alice");

  closeFirst();
  closeFirst();
  cluster.pass(5);
  assert.deepEqual(b.viewers(JOB), ["alice", "bob"]);
  closeSecond();
  cluster.pass(5);
  assert.deepEqual(b.viewers(JOB), ["bob"]);
});

test("a page that is reloaded does not leave", (t) => {
  const cluster = createCluster(t);
  const [a, b] = [cluster.start("a"), cluster.start("b")];
  b.enter(JOB, "bob");
  const leave = a.enter(JOB, "alice");
  const before = cluster.changes.length;

  leave();
  cluster.pass(1);
  a.enter(JOB, "alice");
  cluster.pass(10);

  assert.deepEqual(b.viewers(JOB), ["alice", "bob"]);
  assert.deepEqual(cluster.changes.slice(before), []);
});

test("the viewers of a process that crashed are dropped, and no others", (t) => {
  const cluster = createCluster(t);
  const [a, b, c] = [cluster.start("a"), cluster.start("b"), cluster.start("c")];
  a.enter(JOB, "alice");
  b.enter(JOB, "bob");
  c.enter(JOB, "carol");

  cluster.crash("a");
  cluster.pass(25);

  assert.deepEqual(b.viewers(JOB), ["bob", "carol"]);
});

test("a process without viewers announces nothing and stores nothing", (t) => {
  const cluster = createCluster(t);
  const [a, b] = [cluster.start("a"), cluster.start("b")];
  const leave = a.enter(JOB, "alice");
  assert.deepEqual(b.viewers(JOB), []);

  leave();
  cluster.pass(5);
  const before = cluster.sent.length;
  cluster.pass(60);
  assert.equal(cluster.sent.length, before);
});
