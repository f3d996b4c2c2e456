import assert from "node:assert/strict";
import { test } from "node:test";
import { WEBHOOK_TEMPLATES, type WebhookPayload, webhookRetryMs } from "#lib/domain/webhook.ts";
import { webhookMessage } from "#lib/domain/webhook-message.ts";

const URL_OF_PAGES = "https://deploy.example.org";
const JOB = {
  id: 12,
  operation: "backport",
  lane: "mediawiki",
  requestedBy: "alice",
  changes: [{ number: 1234, subject: "Fix <b>it</b> @all" }],
  changeCount: 3,
};
const ASKED: WebhookPayload = {
  type: "question.asked",
  timestamp: "2026-11-30T12:00:00.000Z",
  data: { job: JOB, question: { id: 7, kind: "yes_no", title: "Continue *now*? [y/N]" } },
};

const textOf = (template: "slack" | "mattermost" | "matrix", payload = ASKED) =>
  JSON.parse(webhookMessage(template, payload, URL_OF_PAGES).body) as { text: string; html?: string };

test("the standard template has the type, the time, the data and a link", () => {
  const { contentType, body } = webhookMessage("standard", ASKED, URL_OF_PAGES);

  assert.equal(contentType, "application/json");
  assert.deepEqual(JSON.parse(body), {
    ...ASKED,
    data: { ...ASKED.data, url: "https://deploy.example.org/jobs/12#question-7" },
  });
});

test("Slack gets a link, and what comes from outside is neither a link nor a mention", () => {
  assert.equal(
    textOf("slack").text,
    "Job 12 (backport 1234 “Fix &lt;b&gt;it&lt;/b&gt; @all” and 2 more, alice) is waiting for input: Continue *now*? [y/N] <https://deploy.example.org/jobs/12#question-7|Job 12>",
  );
});

test("Mattermost and Matrix do not format what comes from outside, and nobody is mentioned", () => {
  const mattermost = textOf("mattermost").text;
  assert.match(
    mattermost,
    /Continue \\\*now\\\*\? \\\[y\/N\\\] \[Job 12\]\(https:\/\/deploy\.example\.org\/jobs\/12#question-7\)$/,
  );
  assert.doesNotMatch(mattermost, /@all/);

  const { text, html } = textOf("matrix");
  assert.doesNotMatch(text, /@all/);
  assert.match(html ?? "", /Fix &lt;b&gt;it&lt;\/b&gt;/);
  assert.match(html ?? "", / <a href="https:\/\/deploy\.example\.org\/jobs\/12#question-7">Job 12<\/a>$/);
});

test("IRC gets one short line without control characters, whose link is complete", () => {
  const hostile: WebhookPayload = {
    ...ASKED,
    data: {
      job: { ...JOB, changes: [{ number: 1, subject: `a\r\nQUIT\u0002 ${"ü".repeat(500)}` }] },
      question: { id: 7, kind: "yes_no", title: "Continue?" },
    },
  };
  const { contentType, body } = webhookMessage("irc", hostile, URL_OF_PAGES);

  assert.match(contentType, /^text\/plain/);
  assert.ok(Buffer.byteLength(body) <= 400);
  assert.match(body, /^Job 12 \(backport 1 “a QUIT ü+… https:\/\/deploy\.example\.org\/jobs\/12#question-7$/);
});

test("every event has a text in every template", () => {
  const question = { id: 7, kind: "choices", title: "Which?" } as const;
  const timestamp = "2026-11-30T12:00:00.000Z";
  const payloads: WebhookPayload[] = [
    { type: "question.reminded", timestamp, data: { job: JOB, question, reminder: 2 } },
    {
      type: "question.answered",
      timestamp,
      data: { job: JOB, question, answer: { by: "bob", option: "c" } },
    },
    { type: "job.started", timestamp, data: { job: JOB } },
    { type: "job.ended", timestamp, data: { job: JOB, outcome: "rolled_back", reached: "canaries" } },
    {
      type: "lane.frozen",
      timestamp,
      data: { lane: "mediawiki", by: "carol", reason: "Incident", until: null },
    },
    { type: "lane.unfrozen", timestamp, data: { lane: "mediawiki", by: "carol" } },
    { type: "test", timestamp, data: { webhook: "Ops channel" } },
  ];
  const lines = payloads.map((payload) => webhookMessage("irc", payload, URL_OF_PAGES).body);

  const named = "Job 12 (backport 1234 “Fix <b>it</b> @all” and 2 more, alice)";
  const job = "https://deploy.example.org/jobs/12";
  assert.deepEqual(lines, [
    `${named} is still waiting for input (reminder 2): Which? ${job}#question-7`,
    `bob answered “c” in job 12: Which? ${job}#question-7`,
    `${named} has started. ${job}`,
    `${named} has ended: rolled back, reached: canaries. ${job}`,
    "carol froze the lane mediawiki: Incident https://deploy.example.org",
    "carol unfroze the lane mediawiki. https://deploy.example.org",
    "This is a test of the webhook “Ops channel”. https://deploy.example.org/admin/webhooks",
  ]);
  for (const template of WEBHOOK_TEMPLATES) {
    const bodies = payloads.map((payload) => webhookMessage(template, payload, URL_OF_PAGES).body);
    assert.equal(new Set(bodies).size, payloads.length);
  }
});

test("a delivery is tried eight times with growing intervals, and not before the receiver permits it", () => {
  const intervals = Array.from({ length: 8 }, (_, index) => webhookRetryMs(index + 1));

  assert.deepEqual(intervals, [5000, 20_000, 80_000, 320_000, 1_280_000, 5_120_000, 20_480_000, undefined]);
  assert.equal(webhookRetryMs(1, 60_000), 60_000);
});
