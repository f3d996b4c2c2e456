// Programs with a timeout: a question that timed out is closed, and its answer is typed into no other question.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import assert from "node:assert/strict";
import type { Prompt } from "../../../worker/prompt/decide.ts";
import { until } from "../../support/until.ts";
import { startLiveJob, type LiveJob } from "./live-job.ts";

const env = { PATH: "/usr/bin:/bin", TERM: "xterm-256color" };

/**
 * A job whose first question was opened while scap waited, and has timed out since. A busy machine may fail to
 * open it within its three seconds, but not in every attempt.
 * @param isOver true once the output after the timeout has been printed.
 */
function askedInTime(t: TestContext, script: string, isOver: (text: string) => boolean) {
  return until(
    "a question to be asked in time",
    async (): Promise<{ job: LiveJob; first: Prompt } | null> => {
      const job = await startLiveJob(t, { argv: ["/bin/bash", "-c", script], env });
      const first = await job.nextPrompt();
      const isInTime = !isOver(job.text());
      await until("the second question to be printed", () => isOver(job.text()));
      return isInTime ? { job, first } : null;
    },
  );
}

const second = {
  "the program itself": "printf '\\nNo answer in time.\\nRoll back now? [y/N]: '",
  "a command of it": "/usr/bin/printf '\\nNo answer in time.\\nRoll back now? [y/N]: '",
};

for (const [who, ask] of Object.entries(second)) {
  test(`an answer to a question that timed out is not typed into the one that ${who} asks next`, async (t) => {
    const script = `
      printf 'Continue with sync? [y/N]: '
      read -t 3 first && exit 1
      ${ask}
      read -t 60 second
      echo "rollback:$second"`;
    const { job, first } = await askedInTime(t, script, (text) => text.includes("Roll back now?"));

    job.answer(first, true);
    const second = await job.nextPrompt();
    job.answer(second, false);

    assert.match(first.message, /Continue/);
    assert.match(second.message, /Roll back now\?/);
    await job.ends();
    assert.match(job.text(), /rollback:n/);
  });
}

test("the same text asked again after a timeout is another question", async (t) => {
  const script = `
    until printf '\\nContinue with sync? [y/N]: '; read -t $((tries > 0 ? 60 : 3)) answer; do tries=$((tries + 1)); done
    echo "got:$answer after $tries"`;
  const { job, first } = await askedInTime(t, script, (text) => text.split("Continue").length === 3);

  job.answer(first, true);
  const second = await job.nextPrompt();
  job.answer(second, false);

  await job.ends();
  assert.match(job.text(), /got:n after 1/);
});

test("the question of a polling program stays open when another program prints", async (t) => {
  const directory = mkdtempSync(path.join(tmpdir(), "timed-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const script = `
    echo "10:00:00 Press enter to unlock..."
    (until [ -e ${directory}/go ]; do sleep 0.1; done; for i in 1 2 3; do echo "10:00:0$i a sibling says something"; sleep 0.2; done) &
    perl -e 'vec($set, 0, 1) = 1; 1 until select($r = $set, undef, undef, 0.05); sysread(STDIN, $l, 10); print "got:$l"'
    printf 'Over? [y/N]: '; read over`;
  const job = await startLiveJob(t, { argv: ["/bin/sh", "-c", script], env });
  const prompt = await job.nextPrompt();
  writeFileSync(path.join(directory, "go"), "");
  await until("the sibling", () => job.text().includes("10:00:03"));

  job.answer(prompt, true);
  // If the job ends at once, the answer may be reported as read after the end of the job.
  const over = await job.nextPrompt();

  assert.match(over.message, /Over\?/);
  assert.match(job.text(), /got:\r\n/);
  assert.deepEqual([job.prompts.length, job.withdrawn], [2, []]);
  job.answer(over, true);
  assert.equal(await job.ends(), 0);
});
