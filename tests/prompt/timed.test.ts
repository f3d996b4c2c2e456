// Programs that do not wait for ever: a question that ran out of time is over, and its answer belongs to no other.
import { test } from "node:test";
import assert from "node:assert/strict";
import { until } from "../support/until.ts";
import { startLiveJob } from "./live-job.ts";

const env = { PATH: "/usr/bin:/bin", TERM: "xterm-256color" };

test("an answer to a question that ran out of time is not typed into the one that followed", async (t) => {
  const script = `
    printf 'Continue with sync? [y/N]: '
    read -t 3 first && exit 1
    printf '\\nNo answer in time.\\nRoll back now? [y/N]: '
    read -t 60 second
    echo "rollback:$second"`;
  const job = await startLiveJob(t, { argv: ["/bin/bash", "-c", script], env });
  const first = await job.nextPrompt();
  await until("the second question to be printed", () => job.text().includes("Roll back now?"));

  job.answer(first, true);
  const second = await job.nextPrompt();
  job.answer(second, false);

  assert.match(first.message, /Continue/);
  assert.match(second.message, /Roll back now\?/);
  await job.ends();
  assert.match(job.text(), /rollback:n/);
});
