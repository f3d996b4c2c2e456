// The life of a prompt: when it opens, who closes it, what is typed. Which words open it is the corpus's matter.
import { test } from "node:test";
import assert from "node:assert/strict";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import type { AnswerValue } from "#lib/domain/interaction.ts";
import { initialState, liveQuestion, step } from "../../../worker/prompt/decide.ts";
import type { TypeResult } from "../../../holder/protocol/messages.ts";
import type { Event, Prompt } from "../../../worker/prompt/decide.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";
import { drive } from "./drive.ts";
import type { Drive } from "./drive.ts";

const SYNC = "Changes synced to the testservers (see https://x)\r\nContinue with sync? [y/N]: ";
const READ = {
  how: "read",
  hasTimeout: false,
  onlyTerminal: true,
  mainThread: true,
  mode: "line",
  pid: 1,
  command: "",
} as const;
const ANNOUNCED = questionOf({
  type: "interaction",
  subtype: "choices",
  prompt: "Continue with deployment?",
  choices: { "Yes, continue": "y", "No, roll back": "n" },
  default: "n",
});

const SOMETHING_ELSE = {
  prompt: { promptKey: "r1", kind: "yes_no", message: "Something else?", interactionId: 1 },
  progress: { mode: "open" },
} as const;

function kinds(job: Drive): string[] {
  return job.seen.map((effect) => {
    if (effect.kind === "withdraw") return `withdraw ${effect.why}`;
    return effect.kind === "settle" ? effect.delivery : effect.kind;
  });
}

function prompts(job: Drive): Prompt[] {
  return job.seen.flatMap((effect) => (effect.kind === "open" ? [effect.prompt] : []));
}

async function answer(job: Drive, promptKey: string, value: AnswerValue): Promise<void> {
  await job.answer(promptKey, value);
}

async function typed(job: Drive, promptKey: string, result: TypeResult): Promise<void> {
  await job.typed(promptKey, result);
}

async function announce(job: Drive): Promise<void> {
  await job.send({ kind: "protocolMessage", position: job.state.seen, question: ANNOUNCED, at: job.now() });
}

/** A job that waits at the testserver question, read 1. */
async function waiting(): Promise<Drive> {
  const job = drive();
  await job.output(SYNC);
  await job.reading({ readId: 1 });
  return job;
}

test("a question opens as soon as its read is known, under the key of the read", async () => {
  const job = await waiting();

  assert.deepEqual(kinds(job), ["open"]);
  assert.equal(prompts(job)[0]?.promptKey, "r1");
  assert.equal(prompts(job)[0]?.readId, 1);
});

test("a question is withdrawn as soon as the program prints after its read", async () => {
  const job = await waiting();

  await job.notReading(1);
  await job.output("10:00:00 moving on\r\n");

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on"]);
});

test("a question is withdrawn when its read ends without output and does not return", async () => {
  const job = await waiting();

  await job.notReading(1);
  await job.pass(1499);
  const early = kinds(job);
  await job.pass(1);

  assert.deepEqual(early, ["open"]);
  assert.deepEqual(kinds(job), ["open", "withdraw moved_on"]);
});

test("a read that a signal interrupts keeps its question and its answer", async () => {
  const job = await waiting();

  for (let readId = 1; readId < 5; readId += 1) {
    await job.pass(5000);
    await job.notReading(readId);
    await job.pass(1000);
    await job.reading({ readId: readId + 1, sinceReadId: 1 });
  }
  await answer(job, "r1", true);

  assert.deepEqual(job.seen.slice(1), [
    { kind: "type", interactionId: 1, by: "alice", readId: 5, text: "y", secret: false, at: job.now() },
  ]);
});

test("what a program prints after a signal is another question, even if the end of the read is reported later", async () => {
  const job = await waiting();

  await job.record("signal");
  await job.output("^C\r\nRoll back? [y/N]: ");
  await answer(job, "r1", true);
  await typed(job, "r1", "not_reading");
  await job.notReading(1);
  await job.reading({ readId: 2 });

  assert.deepEqual(
    prompts(job).map(({ promptKey, message }) => [promptKey, message.split("\n").at(-1)]),
    [
      ["r1", "Continue with sync?"],
      ["r2", "Roll back?"],
    ],
  );
});

test("a signal does not carry an open question over to the next read", async () => {
  const job = await waiting();

  await job.record("signal");
  await job.output("^C\r\nRoll back? [y/N]: ");
  await job.notReading(1);
  await job.reading({ readId: 2 });

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open"]);
  assert.match(prompts(job)[1]?.message ?? "", /Roll back\?$/);
});

test("a signal without effect leaves the question as it is", async () => {
  const job = await waiting();

  await job.output("10:00:00 somebody else's line\r\n");
  await job.reading({ readId: 1 });
  await job.record("signal");
  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 1 });

  assert.deepEqual(kinds(job), ["open"]);
});

test("a program that leaves its read and asks something else does not get the answer to the previous question", async () => {
  const job = await waiting();

  // Its read was last seen before this.
  await job.output("\r\nNobody answered.\r\nRoll back? [y/N]: ");
  await job.notReading(1);
  await job.reading({ readId: 2 });
  await answer(job, "r1", true);

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open", "undelivered"]);
  assert.match(prompts(job)[1]?.message ?? "", /Roll back\?$/);
});

test("an expired question accepts no answer, and is not withdrawn", async () => {
  const job = await waiting();

  await job.send({ kind: "expired", promptKey: "r1", at: job.now() });
  await answer(job, "r1", true);
  await job.record("signal");
  await job.output("^C\r\nRoll back? [y/N]: ");
  await job.notReading(1);
  await job.reading({ readId: 2 });

  assert.deepEqual(kinds(job), ["open", "undelivered", "open"]);
});

test("a question that expired is asked again if the program still waits after a delay", async () => {
  const job = await waiting();

  await job.send({ kind: "expired", promptKey: "r1", at: job.now() });
  await job.record("signal");
  await job.pass(9000);
  assert.deepEqual(kinds(job), ["open"]);
  // The signal was handled, and the program reads on.
  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 1 });
  await job.pass(2000);

  assert.deepEqual(kinds(job), ["open", "open"]);
  const again = prompts(job)[1];
  assert.deepEqual([again?.promptKey, again?.readId], ["r2", 2]);
  assert.match(again?.complaint ?? "", /Nobody answered in time/);
  await answer(job, "r2", true);
  assert.equal(kinds(job).at(-1), "type");
});

test("an announced question that has expired is asked again under its own announcement", async () => {
  const job = drive();
  await job.output("a line\r\n");
  await announce(job);
  await job.reading({ readId: 1 });
  const first = prompts(job)[0]?.promptKey ?? "";

  await job.send({ kind: "expired", promptKey: first, at: job.now() });
  await job.pass(11_000);

  assert.deepEqual(
    prompts(job).map(({ promptKey, message }) => [promptKey, message]),
    [
      [first, "Continue with deployment?"],
      [`${first}.1`, "Continue with deployment?"],
    ],
  );
});

test("the end of a later read ends the question of an earlier one", async () => {
  const job = await waiting();

  // The connection to the holder was away for a while, and several reads have come and gone.
  await job.notReading(3);
  await job.output("10:00:00 moving on\r\n");

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on"]);
});

test("a read that ended before a snapshot opens no question", async () => {
  const job = drive();
  await job.output("10:00:00 moving on\r\n");
  await job.reading({ readId: 1 });

  await job.notReading(2);
  await job.pass(5000);

  assert.deepEqual(kinds(job), []);
});

test("a read that does not continue the read of the question does not take it over", async () => {
  const job = await waiting();

  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 2 });

  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open"]);
});

test("an answer in transit stays with its question when the read ends and returns", async () => {
  const job = await waiting();
  await answer(job, "r1", true);

  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 1 });
  await job.record("input");
  await typed(job, "r1", "consumed");
  await job.pass(5000);

  assert.deepEqual(kinds(job), ["open", "type", "consumed"]);
});

test("a question whose answer found no read is asked again and says so", async () => {
  const job = await waiting();
  await answer(job, "r1", true);

  await typed(job, "r1", "not_reading");
  await job.notReading(1);
  await job.reading({ readId: 2, sinceReadId: 2 });

  assert.deepEqual(kinds(job), ["open", "type", "undelivered", "open"]);
  const [first, again] = prompts(job);
  assert.equal(again?.message, first?.message);
  assert.match(again?.complaint ?? "", /was not waiting for input/);
});

test("a question whose answer waited for a read in vain says so when it is asked again", async () => {
  const job = await waiting();
  await job.notReading(1);
  await answer(job, "r1", true);
  await job.pass(2000);

  await job.reading({ readId: 2, sinceReadId: 1 });

  assert.deepEqual(kinds(job), ["open", "undelivered", "open"]);
  assert.match(prompts(job)[1]?.complaint ?? "", /was not waiting for input/);
});

test("a similar question after other output is not reported as asked again", async () => {
  const job = await waiting();
  await answer(job, "r1", true);

  await typed(job, "r1", "not_reading");
  await job.notReading(1);
  await job.output(`\r\n${SYNC}`);
  await job.reading({ readId: 2, sinceReadId: 2 });

  assert.equal(prompts(job)[1]?.complaint, undefined);
});

test("the end of the program withdraws its question, and no other opens", async () => {
  const job = await waiting();

  await job.send({ kind: "exited", at: job.now() });
  await job.reading({ readId: 2 });
  await job.pass(5000);

  assert.deepEqual(kinds(job), ["open", "withdraw exited"]);
});

test("the same read is asked about once, however often it is reported and whatever is printed", async () => {
  const job = await waiting();

  for (let turn = 0; turn < 5; turn += 1) {
    await job.output("another process says something\r\nContinue with sync? [y/N]: ");
    await job.reading({ readId: 1 });
    await job.pass(2000);
  }

  assert.deepEqual(kinds(job), ["open"]);
});

test("a read that is reported before its output waits for the output", async () => {
  const job = drive();
  await job.output("Backport the changes? [y/N]: y\r\n");
  const behind = job.state.seen;

  await job.reading({ readId: 5, position: behind + 20 + Buffer.byteLength(SYNC) });
  await job.pass(3000);
  const early = job.seen.length;
  await job.output(SYNC);

  assert.equal(early, 0, "an older screen was taken for the question");
  assert.match(prompts(job)[0]?.message ?? "", /Continue with sync\?$/);
});

test("a snapshot that is behind is requested again after a delay, not in a loop", () => {
  const screen = createScreen({ columns: 160, rows: 50 });
  let state = initialState();
  let looks = 0;
  const tell = (event: Event): void => {
    const decision = step(state, event);
    state = decision.state;
    looks += decision.effects.filter(({ kind }) => kind === "takeSnapshot").length;
  };
  const snapshot = (at: number) => tell({ kind: "snapshot", snapshot: screen.snapshot(), at });
  // The screen does not get what may still become a message.
  tell({ kind: "output", position: 100, bytes: 10, at: 0 });
  const fact = { ...READ, readId: 1, sinceReadId: 1, position: 100 };
  tell({ kind: "reading", fact, at: 0 });
  for (let turn = 0; turn < 10; turn += 1) snapshot(5);
  const early = looks;
  tell({ kind: "tick", at: 25 });
  screen.feed(Buffer.from(SYNC), 100, 25);
  snapshot(25);

  assert.equal(early, 1);
  assert.equal(looks, 2);
  assert.equal(liveQuestion(state)?.prompt.kind, "yes_no");
});

test("a read whose output never arrives is asked about, marked as unsure", async () => {
  const job = drive();
  await job.output(SYNC);

  await job.reading({ readId: 5, position: job.state.seen + 1 });
  await job.pass(9999);
  const early = job.seen.length;
  await job.pass(1);

  assert.equal(early, 0);
  assert.equal(prompts(job)[0]?.unsure, true);
});

test("an answer is typed once, in the form of its prompt, for the read of its question", async () => {
  const job = await waiting();

  await answer(job, "r1", true);
  await answer(job, "r1", false);

  assert.deepEqual(job.seen.slice(1), [
    { kind: "type", interactionId: 1, by: "alice", readId: 1, text: "y", secret: false, at: job.now() },
  ]);
});

test("an answer that is no option is not delivered, and the question is asked again", async () => {
  const job = await waiting();

  await answer(job, "r1", "y\ny");
  await answer(job, "r1.1", true);

  assert.deepEqual(kinds(job), ["open", "undelivered", "open", "type"]);
  const [refused] = job.seen.flatMap((effect) => (effect.kind === "settle" ? [effect.why] : []));
  assert.match(refused ?? "", /not_an_option/);
});

test("an answer to another question is not delivered, and the open question stays", async () => {
  const job = await waiting();

  await answer(job, "r0", true);
  await answer(job, "r1", true);

  assert.deepEqual(kinds(job), ["open", "undelivered", "type"]);
});

test("a consumed answer ends its question, and the next read opens another", async () => {
  const job = await waiting();
  await answer(job, "r1", true);

  await job.record("input");
  await job.output("y\r\n");
  await job.notReading(1);
  await job.output("Continue with backport anyway? [y/N]: ");
  await job.reading({ readId: 2 });
  await typed(job, "r1", "consumed");

  assert.deepEqual(kinds(job), ["open", "type", "consumed", "open"]);
  assert.equal(prompts(job)[1]?.message, "Continue with backport anyway?");
});

test("a program that refuses the answer asks again, with its complaint", async () => {
  const job = await waiting();
  await answer(job, "r1", true);

  await job.record("input");
  await job.output(`y\r\nInvalid choice: 'y'\r\n${SYNC}`);
  await typed(job, "r1", "consumed");
  await job.reading({ readId: 2 });

  assert.equal(prompts(job)[1]?.complaint, "Invalid choice: 'y'");
  assert.equal(prompts(job)[1]?.message, prompts(job)[0]?.message);
});

test("a program that continues to read after its answer without output is shown as the raw screen", async () => {
  const job = await waiting();
  await answer(job, "r1", true);

  await job.record("input");
  await job.output("y\r\n");
  await typed(job, "r1", "consumed");
  await job.reading({ readId: 2 });
  await job.pass(2000);

  assert.equal(prompts(job)[1]?.recognised, false);
  assert.deepEqual(prompts(job)[1]?.options, []);
});

for (const result of ["not_consumed", "echo_on", "invalid"] as const) {
  test(`an answer that was ${result} leaves the question open under a new key`, async () => {
    const job = await waiting();
    await answer(job, "r1", true);

    await job.record("input");
    await job.output("y\r\n");
    await typed(job, "r1", result);
    await answer(job, "r1.1", false);

    const settled = result === "not_consumed" ? result : "undelivered";
    assert.deepEqual(kinds(job), ["open", "type", settled, "open", "type"]);
    const [first, again] = prompts(job);
    assert.equal(again?.promptKey, "r1.1");
    assert.equal(again?.message, first?.message);
    assert.notEqual(again?.complaint, undefined);
  });
}

test("an answer that came too late does not open the same read again", async () => {
  const job = await waiting();
  await answer(job, "r1", true);

  await typed(job, "r1", "not_reading");
  await job.pass(5000);

  assert.deepEqual(kinds(job), ["open", "type", "undelivered"]);
});

test("a question becomes a secret when the echo is turned off", async () => {
  const job = drive();
  await job.output("Password: ");
  await job.reading({ readId: 1, mode: "line" });
  await job.pass(500);

  await job.reading({ readId: 1, mode: "secret" });

  assert.deepEqual(kinds(job), ["open"]);
  assert.equal(prompts(job)[0]?.kind, "secret");
});

test("a secret question is withdrawn immediately when the echo is turned on", async () => {
  const job = drive();
  await job.output("[sudo] password for u: ");
  await job.reading({ readId: 1, mode: "secret" });

  await job.reading({ readId: 1, mode: "line" });
  await job.pass(2000);

  assert.deepEqual(kinds(job), ["open", "withdraw mode_changed", "open"]);
  assert.equal(prompts(job)[1]?.kind, "text");
  assert.equal(prompts(job)[1]?.promptKey, "r1.1");
});

test("a secret goes to the holder as a secret", async () => {
  const job = drive();
  await job.output("[sudo] password for u: ");
  await job.reading({ readId: 1, mode: "secret" });

  await answer(job, "r1", "hunter2");

  assert.deepEqual(job.seen.at(-1), {
    kind: "type",
    interactionId: 1,
    by: "alice",
    readId: 1,
    text: "hunter2",
    secret: true,
    at: job.now(),
  });
});

test("a program that polls in turns keeps its question between two turns", async () => {
  const job = drive();
  const poll = { how: "poll", hasTimeout: true } as const;
  await job.output("10:00:00 Press enter to unlock...\r\n");
  await job.reading({ readId: 1, ...poll });
  await job.pass(1000);

  await job.notReading(1);
  await job.pass(200);
  await answer(job, "r1", true);
  await job.reading({ readId: 2, sinceReadId: 1, ...poll });

  assert.deepEqual(kinds(job), ["open", "type"]);
  assert.deepEqual(job.seen.at(-1), {
    kind: "type",
    interactionId: 1,
    by: "alice",
    readId: 2,
    text: "",
    secret: false,
    at: job.now(),
  });
});

test("a poll that does not return ends the question, and a waiting answer is not typed", async () => {
  const job = drive();
  await job.output("10:00:00 Press enter to unlock...\r\n");
  await job.reading({ readId: 1, how: "poll", hasTimeout: true });
  await job.pass(1000);
  await job.notReading(1);
  await answer(job, "r1", true);

  await job.pass(1600);
  await job.reading({ readId: 2 });

  assert.deepEqual(kinds(job).slice(0, 2), ["open", "undelivered"]);
  assert(!kinds(job).includes("type"), "an answer was typed into another read");
});

test("a polling program that prints is not asked about until it is silent", async () => {
  const job = drive();
  for (let turn = 1; turn <= 30; turn += 1) {
    await job.output("Continue with sync? [y/N]: ");
    await job.reading({ readId: turn, how: "poll", hasTimeout: true });
    await job.pass(100);
    await job.notReading(turn);
  }

  assert.deepEqual(job.seen, []);
});

test("an announced question opens with its own text when scap reads", async () => {
  const job = drive();
  await job.output("10:00:00 something else\r\n");
  await announce(job);
  const early = job.seen.length;

  await job.reading({ readId: 1 });
  await answer(job, `m${job.state.seen}`, "y");

  assert.equal(early, 0, "opened before anybody read");
  assert.deepEqual(kinds(job), ["open", "type"]);
  assert.equal(prompts(job)[0]?.message, "Continue with deployment?");
  assert.equal(prompts(job)[0]?.source, "protocol");
});

test("an announced question does not open without a read, however long that takes", async () => {
  const job = drive();
  await job.output("x\r\n");
  await announce(job);
  await job.pass(60_000);
  const early = job.seen.length;

  await job.reading({ readId: 1, mode: "key" });
  await answer(job, prompts(job)[0]?.promptKey ?? "", "n");

  assert.equal(early, 0);
  assert.deepEqual(
    job.seen.flatMap((effect) => (effect.kind === "type" ? [effect.text] : [])),
    ["n\n"],
    "without its Enter",
  );
});

test("an announcement that comes while a read is open is for the next one", async () => {
  const job = drive();
  await job.output("x\r\n");
  await announce(job);
  await job.reading({ readId: 1 });

  await job.output("y\r\n");
  await announce(job);
  const during = kinds(job);
  await job.reading({ readId: 2 });

  assert.deepEqual(during, ["open"]);
  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open"]);
  assert.notEqual(prompts(job)[0]?.promptKey, prompts(job)[1]?.promptKey);
  assert.equal(prompts(job)[1]?.source, "protocol");
});

const HARMLESS = questionOf({ type: "interaction", subtype: "input_line", prompt: "Your name" });

async function forge(job: Drive): Promise<void> {
  await job.send({ kind: "protocolMessage", position: job.state.seen, question: HARMLESS, at: job.now() });
}

for (const order of ["forged first", "forged last"] as const) {
  test(`of two announcements before one read neither is believed, and the question shows both (${order})`, async () => {
    const job = drive();
    await job.output("x\r\n");
    if (order === "forged first") await forge(job);
    await job.output("y\r\n");
    await announce(job);
    if (order === "forged last") await forge(job);

    await job.reading({ readId: 1 });

    const [prompt] = prompts(job);
    assert.equal(prompts(job).length, 1);
    assert.deepEqual([prompt?.kind, prompt?.recognised, prompt?.options], ["text", false, []]);
    assert.match(prompt?.message ?? "", /Your name/);
    assert.match(
      prompt?.message ?? "",
      /Continue with deployment\?\n\[y\] Yes, continue\n\[n\] No, roll back/,
    );
  });
}

test("a question on the screen is asked instead of an announced one, and mentions the other", async () => {
  const job = drive();
  await job.output(SYNC);
  await forge(job);

  await job.reading({ readId: 1 });
  await answer(job, "r1", true);

  const [prompt] = prompts(job);
  assert.deepEqual([prompt?.kind, prompt?.source], ["yes_no", "screen"]);
  assert.match(prompt?.message ?? "", /Continue with sync\?$/);
  assert.match(prompt?.complaint ?? "", /also announced "Your name"/);
  assert.deepEqual(kinds(job), ["open", "type"]);
});

test("a text that the screen asks for and another that was announced are both shown", async () => {
  const job = drive();
  await job.output("10:00:00 x\r\nWhich servers to delete: ");
  await forge(job);

  await job.reading({ readId: 1 });

  const [prompt] = prompts(job);
  assert.equal(prompt?.recognised, false);
  assert.match(prompt.message, /Your name[^]*Which servers to delete/);
});

test("a question that is announced and on the screen is asked once, as announced", async () => {
  const job = drive();
  await job.output("Continue with deployment? [y/N]: ");
  await announce(job);

  await job.reading({ readId: 1 });

  assert.equal(prompts(job)[0]?.source, "protocol");
  assert.equal(prompts(job)[0]?.complaint, undefined);
});

test("an announcement during a read does not replace its question", async () => {
  const job = await waiting();

  await forge(job);
  await job.pass(5000);
  await answer(job, "r1", true);

  assert.deepEqual(kinds(job), ["open", "type"]);
});

test("an announcement that arrives before the result of the last answer is the next question", async () => {
  const job = drive();
  await job.output("x\r\n");
  await announce(job);
  await job.reading({ readId: 1 });
  const first = prompts(job)[0]?.promptKey ?? "";
  await answer(job, first, "y");

  await job.record("input");
  await job.output("y\r\n");
  await announce(job);
  await job.notReading(1);
  await job.reading({ readId: 2 });
  await typed(job, first, "consumed");

  assert.deepEqual(kinds(job), ["open", "type", "consumed", "open"]);
  assert.equal(prompts(job)[1]?.source, "protocol");
});

test("a read that hides its input never gets the answer to an announced question", async () => {
  const job = drive();
  await job.output("Password for 'https://x': ");
  await announce(job);

  await job.reading({ readId: 1, mode: "secret" });
  await job.pass(5000);

  assert.deepEqual(
    prompts(job).map(({ kind }) => kind),
    ["secret"],
  );
});

test("an announcement does not replace an open secret question, and is asked after it", async () => {
  const job = drive();
  await job.output("Password for 'https://x': ");
  await job.reading({ readId: 1, mode: "secret" });

  await announce(job);
  await job.pass(5000);
  const during = kinds(job);
  await job.notReading(1);
  await job.pass(1600);
  await job.reading({ readId: 2 });

  assert.deepEqual(during, ["open"]);
  assert.deepEqual(kinds(job), ["open", "withdraw moved_on", "open"]);
  assert.equal(prompts(job)[1]?.source, "protocol");
});

for (const command of [
  "git fetch origin",
  "/usr/lib/git-core/git-remote-https origin https://x",
  "ssh -p 29418 host",
]) {
  test(`the answer to an announced question is not typed into a question of ${command.split(" ")[0]}`, async () => {
    const job = drive();
    await job.output('{"a message": "that the screen does not get"}\r\n');
    await announce(job);
    await job.output("Username for 'https://x': ");
    await job.reading({ readId: 1, command });
    await job.pass(5000);

    assert.deepEqual(
      prompts(job).map(({ promptKey, source }) => [promptKey, source]),
      [["r1", "screen"]],
    );

    await answer(job, "r1", "me");
    await job.record("input");
    await typed(job, "r1", "consumed");
    await job.notReading(1);
    await job.reading({ readId: 2, command: "python3 scap backport" });

    assert.deepEqual(
      prompts(job).map(({ source }) => source),
      ["screen", "protocol"],
    );
  });
}

test("an announcement does not replace an open question of git", async () => {
  const job = drive();
  await job.output("Username for 'https://x': ");
  await job.reading({ readId: 1, command: "git fetch origin" });
  await announce(job);
  await job.pass(5000);

  assert.deepEqual(kinds(job), ["open"]);
});

test("an announced question opens for an ssh that carries the terminal of scap", async () => {
  const job = drive();
  await announce(job);
  await job.reading({ readId: 1, how: "poll", onlyTerminal: false, command: "ssh deploy scap backport" });

  await job.pass(3000);

  assert.equal(prompts(job)[0]?.source, "protocol");
});

test("an announced question outlives an interrupted read, but not other output", async () => {
  const job = drive();
  await job.output("x\r\n");
  await announce(job);
  await job.reading({ readId: 1 });
  await job.notReading(1);

  await job.reading({ readId: 2, sinceReadId: 1 });
  await job.notReading(2);
  await job.output("moving on\r\n");
  await job.reading({ readId: 3 });
  await job.pass(2000);

  assert.deepEqual(
    prompts(job).map(({ source }) => source),
    ["protocol", "screen"],
  );
});

test("an answered announcement is over: the next read is judged by the screen", async () => {
  const job = drive();
  await job.output("x\r\n");
  await announce(job);
  await job.reading({ readId: 1 });
  await answer(job, prompts(job)[0]?.promptKey ?? "", "y");
  await job.record("input");
  await typed(job, prompts(job)[0]?.promptKey ?? "", "consumed");

  await job.output(SYNC);
  await job.reading({ readId: 2 });

  assert.equal(prompts(job)[1]?.source, "screen");
});

test("a question under a flood of another process is found, and marked as a guess", async () => {
  const job = drive();
  await job.output(`10:00:00 before\r\n${SYNC}`);
  for (let megabyte = 0; megabyte < 20; megabyte += 1) {
    await job.output("10:00:01 another process says something, and does so without an end\r\n".repeat(700));
  }

  await job.reading({ readId: 1 });
  for (let turn = 0; turn < 30; turn += 1) {
    await job.pass(50);
    await job.output("10:00:01 another process says something, and does so without an end\r\n".repeat(3600));
    await job.reading({ readId: 1 });
  }

  const [prompt] = prompts(job);
  assert.equal(prompts(job).length, 1);
  assert.equal(prompt?.message, "Changes synced to the testservers (see https://x)\nContinue with sync?");
  assert.equal(prompt.unsure, true);
});

test("an unknown question under a flood is shown as the raw screen after a second", async () => {
  const job = drive();
  await job.output("Some new question? [y/N]: ");
  await job.output("10:00:01 another process says something\r\n".repeat(2000));

  await job.reading({ readId: 1 });
  await job.pass(1000);

  const [prompt] = prompts(job);
  assert.equal(prompt?.recognised, false);
  assert.equal(prompt.message.split("\n").length, 20);
});

test("a question that was answered before a flood is not found again", async () => {
  const job = drive();
  await job.output(SYNC);
  await job.record("input");
  await job.output("y\r\n");
  await job.output("10:00:01 another process says something\r\n".repeat(2000));

  await job.reading({ readId: 1 });
  await job.pass(1000);

  assert.equal(prompts(job)[0]?.recognised, false);
});

test("the snapshot of an earlier read is not used for the next one", async () => {
  const screen = createScreen({ columns: 160, rows: 50 });
  let state = initialState();
  const opened: string[] = [];
  const tell = (event: Event): void => {
    const decision = step(state, event);
    state = decision.state;
    for (const effect of decision.effects) if (effect.kind === "open") opened.push(effect.prompt.message);
  };
  const output = (text: string, position: number, at: number): void => {
    screen.feed(Buffer.from(text), position, at);
    tell({ kind: "output", position, bytes: text.length, at });
  };
  output(`${SYNC}10:00:00 another process says something\r\n`, 100, 0);
  tell({ kind: "reading", fact: { ...READ, readId: 1, sinceReadId: 1, position: 100 }, at: 0 });
  const ofTheFirst = screen.snapshot();

  // The screen is drawn while all this happens.
  output("10:00:01 moving on\r\n".repeat(60), 200, 5000);
  tell({ kind: "notReading", readId: 1, at: 5000 });
  tell({ kind: "reading", fact: { ...READ, readId: 2, sinceReadId: 2, position: 200 }, at: 5000 });
  tell({ kind: "snapshot", snapshot: ofTheFirst, at: 5000 });
  tell({ kind: "snapshot", snapshot: screen.snapshot(), at: 5000 });
  tell({ kind: "tick", at: 6000 });

  assert.equal(opened.length, 1);
  assert.doesNotMatch(opened[0] ?? "", /Continue with sync/);
});

test("text that is printed after the read began is never certain", async () => {
  const job = drive();
  await job.output("10:00:00 before\r\n");
  await job.reading({ readId: 1 });
  await job.pass(100);

  await job.output(SYNC);
  await job.reading({ readId: 1 });
  await job.pass(899);
  const early = job.seen.length;
  await job.pass(1);

  assert.equal(early, 0);
  assert.equal(prompts(job)[0]?.unsure, true);
});

test("after a restart a prompt keeps its key, and one that is over is not opened under it again", async () => {
  const fresh = drive();
  await fresh.output(SYNC);
  await fresh.reading({ readId: 7 });
  const resumed = drive({ closedPromptKeys: ["r6", "r7"] });
  await resumed.output(SYNC);
  await resumed.reading({ readId: 7 });

  assert.equal(prompts(fresh)[0]?.promptKey, "r7");
  assert.equal(prompts(resumed)[0]?.promptKey, "r7.1");
});

test("a replayed journal opens no answered question, and an open one once", async () => {
  const job = drive({ isReplaying: true });
  await announce(job);
  await job.output("x\r\n");
  await job.pass(60_000);
  await job.output("y\r\n");
  await job.record("input");
  await job.pass(60_000);
  await job.output("z\r\n");
  await announce(job);
  await job.pass(60_000);
  await job.record("note");
  const during = job.seen.length;

  await job.reading({ readId: 9 });
  await job.send({ kind: "caughtUp", at: job.now() });

  assert.equal(during, 0, "a question of the past was asked again");
  assert.deepEqual(
    prompts(job).map(({ readId }) => readId),
    [9],
  );
});

test("a new worker ignores an announcement whose question is over", async () => {
  const first = drive();
  await first.output("x\r\n");
  await forge(first);
  const over = `m${first.state.seen}`;
  const job = drive({ isReplaying: true, closedPromptKeys: [over] });

  await job.output("x\r\n");
  await forge(job);
  await job.output("moving on\r\n");
  await announce(job);
  await job.reading({ readId: 7 });
  await job.send({ kind: "caughtUp", at: job.now() });

  assert.deepEqual(
    prompts(job).map(({ source, message }) => [source, message]),
    [["protocol", "Continue with deployment?"]],
  );
});

test("a new worker finds the pending question under its key, even in another read", async () => {
  const first = await waiting();
  const [asked] = prompts(first);
  assert(asked !== undefined);
  const job = drive({
    restored: { prompt: { ...asked, interactionId: 1 }, progress: { mode: "open" } },
    isReplaying: true,
  });

  await job.output(SYNC);
  await job.reading({ readId: 57 });
  await job.send({ kind: "caughtUp", at: job.now() });
  await job.pass(10_000);

  assert.deepEqual(kinds(job), ["open"]);
  assert.equal(prompts(job)[0]?.promptKey, asked.promptKey);
  assert.equal(prompts(job)[0]?.readId, 57);
});

test("a new worker withdraws the pending question when another one is asked", async () => {
  const job = drive({ restored: SOMETHING_ELSE });

  await job.output(SYNC);
  await job.reading({ readId: 2 });

  assert.deepEqual(job.seen.slice(0, 1), [
    { kind: "withdraw", promptKey: "r1", why: "moved_on", at: job.now() },
  ]);
  assert.equal(prompts(job)[0]?.promptKey, "r2");
});

test("a new worker withdraws the pending question when it is no longer asked", async () => {
  const job = drive({ restored: SOMETHING_ELSE });

  await job.output("10:00:00 busy\r\n");
  await job.pass(6999);
  const early = job.seen.length;
  await job.pass(1);

  assert.equal(early, 0);
  assert.deepEqual(kinds(job), ["withdraw moved_on"]);
});
