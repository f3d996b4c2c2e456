// scap's protocol, from the command's output to the stored rows.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { showSensitiveLines } from "#lib/actions/show-sensitive-lines.ts";
import { query } from "#lib/db/connection.ts";
import { person, startStack } from "../support/stack.ts";
import { tracesOf } from "./traces.ts";
import { until } from "../support/until.ts";
import { ORIGIN } from "../support/origin.ts";

const stack = await startStack(after);

/** A shell function that sends a message of scap's protocol, in two writes and after other output. */
const SAY = String.raw`
say() { printf '\033[0m..{"iokey": "%s", ' "$SPIDERPIG_IO_KEY"; sleep 0.02; printf '%s}\n' "$1"; }
`;

test("a question of the protocol is asked in scap's own words, and its answer is read", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`${SAY}
    say '"type":"status","status":"Checking the world"'
    say '"type":"interaction","subtype":"choices","prompt":"Continue with deployment?","choices":{"Yes, go on":"y","No, roll back":"n"},"default":"n"'
    read -r answer
    echo "answer:$answer"`);

  const question = await stack.asks(id, "Continue with deployment?");

  assert.equal(question.kind, "choices");
  assert.equal(question.message, "Continue with deployment?");
  assert.deepEqual(question.options, [
    { text: "Yes, go on", value: "y" },
    { text: "No, roll back", value: "n" },
  ]);
  assert.equal(question.default, "n");
  assert.equal((await stack.job(id)).status, "Checking the world");
  await stack.answer(question, "y", "alice");
  await stack.exited(id);
  assert.ok((await stack.lines(id)).includes("answer:y"));
  await worker.stop();
});

test("sensitive lines are stored separately from the log, and each access is in the history", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`${SAY}
    echo before
    say '"type":"line","line":"Applying patch /srv/patches/SECURITY-1","sensitive":true'
    say '"type":"line","line":"nothing special","sensitive":false'
    echo after`);
  await stack.exited(id);

  const lines = await stack.lines(id);
  assert.ok(!lines.some((line) => line.includes("SECURITY-1")), lines.join(" | "));
  assert.ok(lines.some((line) => line.includes("nothing special")));
  const place = lines.findIndex((line) => line.includes("hidden"));
  assert.ok(place > lines.indexOf("before") && place < lines.indexOf("after"));

  const shown = await showSensitiveLines({ db: stack.db, origin: ORIGIN }, person("alice"), id);

  assert.deepEqual(shown, [{ n: place + 1, text: "Applying patch /srv/patches/SECURITY-1" }]);
  const accesses = (await stack.events(id)).filter(({ kind }) => kind === "sensitive_lines_shown");
  assert.deepEqual(
    accesses.map(({ actor }) => actor),
    ["alice"],
  );
  await worker.stop();
});

test("a partial message is not treated as output, even if the rest is delayed", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(String.raw`
    echo before
    printf '{"iokey": "%s", "type":"line","sensitive":true,"line":"SECURITY' "$SPIDERPIG_IO_KEY"
    sleep 0.4
    printf -- '-2"}\n'
    echo after`);

  await stack.exited(id);

  assert.deepEqual(await stack.lines(id), ["before", "[a sensitive line is hidden here]", "after"]);
  await worker.stop();
});

test("the key is only in the environment of the command, even if the command prints it", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`${SAY}
    echo "$SPIDERPIG_IO_KEY" > "$HOME/key"
    echo "the key is $SPIDERPIG_IO_KEY, really"
    printf 'and in pieces: %s' "\${SPIDERPIG_IO_KEY%??????}"; sleep 0.1; printf '%s\n' "\${SPIDERPIG_IO_KEY#"\${SPIDERPIG_IO_KEY%??????}"}"
    say '"type":"line","line":"a line"'
    say '"type":"progress","progress":{"name":"sync","totalTasks":4,"tasksFinishedOk":1}'
    read -r go`);
  const job = await until("progress to be shown", async () => {
    const now = await stack.job(id);
    return now.progress === null ? undefined : now;
  });
  assert.equal(job.progress?.percent, 25);
  const { readdirSync, readFileSync, rmSync } = await import("node:fs");
  const keyFile = `${stack.directory}/key`;
  const key = readFileSync(keyFile, "utf8").trim();
  rmSync(keyFile);
  assert.match(key, /^[0-9a-f]{64}$/);

  // The newest record contained only a message; the read after it still opens a question.
  const question = await stack.asks(id);
  await stack.answer(question, "", "alice");
  await stack.exited(id);

  const [row] = await query<{ text: string }>(
    stack.db,
    "select string_agg(text, E'\\n' order by first_line) as text from spiderpig.log_block where job_id = $1",
    [id],
  );
  assert.match(row?.text ?? "", /the key is •+, really/);
  await until("the holder to exit and its private journal, which may contain the key, to be removed", () => {
    return readdirSync(`${stack.dataDir}/jobs/${id}`).length === 1;
  });
  assert.deepEqual(await tracesOf(stack, key), []);
  await worker.stop();
});

test("a worker that takes over between two halves of a message loses and duplicates nothing", async () => {
  const first = await stack.startWorker();
  const id = await stack.runScript(String.raw`
    echo one
    printf 'two {"iokey": "%s", "type": "line", ' "$SPIDERPIG_IO_KEY"
    touch "$HOME/half"; while [ ! -e "$HOME/go" ]; do sleep 0.02; done
    printf '"line": "whole"}\n'
    echo three`);
  const { existsSync, writeFileSync } = await import("node:fs");
  await until("the first half to be printed", () => existsSync(`${stack.directory}/half`));
  await until("the first line to be stored", async () => (await stack.lines(id)).length > 0);
  await first.die();
  const second = await stack.startWorker();
  writeFileSync(`${stack.directory}/go`, "");

  await stack.exited(id);

  const lines = await stack.lines(id);
  assert.equal(lines.filter((line) => line === "one").length, 1, lines.join(" | "));
  assert.equal(lines.filter((line) => line === "three").length, 1, lines.join(" | "));
  assert.equal(lines.filter((line) => line.startsWith("two ")).length, 1, lines.join(" | "));
  await second.stop();
});

test("characters that no row can hold are removed from scap's messages, and the job continues", async () => {
  const worker = await stack.startWorker();
  const id = await stack.runScript(`${SAY}
    say '"type":"status","status":"Checking\\u0000 the \\ud800world"'
    say '"type":"progress","progress":{"name":"sync\\u0000 \\ud800x","totalTasks":2,"tasksFinishedOk":1}'
    say '"type":"line","line":"- secret\\u0000 \\ud800binary","sensitive":true'
    printf 'a\\0 sync: 50%% (ok: 1; fail: 0; left: 1)\\n'
    say '"type":"interaction","subtype":"choices","prompt":"Go on?","choices":{"Yes\\u0000, go on":"y\\ud800","No":"n"},"default":"n\\u0000"'
    read -r answer
    echo "answer:$answer"`);

  const question = await stack.asks(id, "Go on?");
  await stack.answer(question, question.options[0]?.value ?? "");
  await stack.exited(id);

  assert.deepEqual(
    question.options.map(({ text }) => text),
    ["Yes, go on", "No"],
  );
  const [shown] = await showSensitiveLines({ db: stack.db, origin: ORIGIN }, person("alice"), id);
  assert.equal(shown?.text, "- secret \ufffdbinary");
  assert.ok(!worker.log().some((line) => line["log.level"] === "error"), JSON.stringify(worker.log()));
  await worker.stop();
});
