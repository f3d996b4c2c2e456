// Announced questions: when an announcement is trusted, and what is asked when it is ambiguous.
import { test } from "node:test";
import assert from "node:assert/strict";
import { drive } from "./drive.ts";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import { announce, forge, kinds, prompts, SYNC, waiting } from "./waiting-job.ts";

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

test("an announced question opens with its own text when scap reads", async () => {
  const job = drive();
  await job.output("10:00:00 something else\r\n");
  await announce(job);
  const early = job.seen.length;

  await job.reading({ readId: 1 });
  await job.answer(`m${job.state.seen}`, "y");

  assert.equal(early, 0, "opened before a process read");
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
  await job.answer(prompts(job)[0]?.promptKey ?? "", "n");

  assert.equal(early, 0);
  assert.deepEqual(
    job.seen.flatMap((effect) => (effect.kind === "type" ? [effect.text] : [])),
    ["n\n"],
    "the answer lacks its Enter",
  );
});

test("an announcement that arrives while a read is open belongs to the next read", async () => {
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

for (const order of ["forged first", "forged last"] as const) {
  test(`of two announcements before one read neither is trusted, and the question shows both (${order})`, async () => {
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
  await job.answer("r1", true);

  const [prompt] = prompts(job);
  assert.deepEqual([prompt?.kind, prompt?.source], ["yes_no", "screen"]);
  assert.match(prompt?.message ?? "", /Continue with sync\?$/);
  assert.match(prompt?.complaint ?? "", /also announced "Your name"/);
  assert.deepEqual(kinds(job), ["open", "type"]);
});

test("a text question on the screen and a different announced one are both shown", async () => {
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

test("the reason that scap logs right before an announced question is part of it", async () => {
  for (const printed of ["", "Do you want to proceed anyway? [y/N]: "]) {
    const job = drive();
    await job.output(
      `10:04:10 Started\r\n\u001b[31m10:04:11 Release repo update failed\u001b[0m\r\n${printed}`,
    );
    const question = questionOf({
      type: "interaction",
      subtype: "choices",
      prompt: "Do you want to proceed anyway?",
      choices: [
        ["yes", "y"],
        ["no", "n"],
      ],
      default: "n",
    });
    await job.send({ kind: "protocolMessage", position: job.state.seen, question, at: job.now() });

    await job.reading({ readId: 1 });

    assert.equal(prompts(job)[0]?.source, "protocol");
    assert.equal(prompts(job)[0]?.message, "Release repo update failed\nDo you want to proceed anyway?");
  }
});

test("an announcement during a read does not replace its question", async () => {
  const job = await waiting();

  await forge(job);
  await job.pass(5000);
  await job.answer("r1", true);

  assert.deepEqual(kinds(job), ["open", "type"]);
});

test("an announcement that arrives before the result of the last answer is the next question", async () => {
  const job = drive();
  await job.output("x\r\n");
  await announce(job);
  await job.reading({ readId: 1 });
  const first = prompts(job)[0]?.promptKey ?? "";
  await job.answer(first, "y");

  await job.record("input");
  await job.output("y\r\n");
  await announce(job);
  await job.notReading(1);
  await job.reading({ readId: 2 });
  await job.typed(first, "consumed");

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

    await job.answer("r1", "me");
    await job.record("input");
    await job.typed("r1", "consumed");
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

test("an announced question opens for an ssh that runs scap remotely", async () => {
  const job = drive();
  await announce(job);
  await job.reading({ readId: 1, how: "poll", onlyTerminal: false, command: "ssh deploy scap backport" });

  await job.pass(3000);

  assert.equal(prompts(job)[0]?.source, "protocol");
});

test("an announced question survives an interrupted read, but not other output", async () => {
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

test("an answered announcement is used up: the next read is judged by the screen", async () => {
  const job = drive();
  await job.output("x\r\n");
  await announce(job);
  await job.reading({ readId: 1 });
  await job.answer(prompts(job)[0]?.promptKey ?? "", "y");
  await job.record("input");
  await job.typed(prompts(job)[0]?.promptKey ?? "", "consumed");

  await job.output(SYNC);
  await job.reading({ readId: 2 });

  assert.equal(prompts(job)[1]?.source, "screen");
});
