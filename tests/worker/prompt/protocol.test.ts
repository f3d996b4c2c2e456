import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { MESSAGE_BYTES_MAX } from "../../../worker/prompt/find-message.ts";
import { createProtocolParser } from "../../../worker/prompt/protocol.ts";
import type { Part } from "../../../worker/prompt/protocol.ts";
import type { ProtocolMessage } from "../../../worker/prompt/protocol-messages.ts";
import { PROMPT_RUNS } from "./prompt-grammar.ts";

const KEY = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f1";
const STATUS = { iokey: KEY, type: "status", status: "Checking testservers" };
const SEEN_STATUS = { type: "status", status: "Checking testservers" };

type Seen = { text: string; messages: ProtocolMessage[] };

/** The complete result, ended by a flush, as the worker does when the terminal is idle. */
function run(pieces: readonly (string | Uint8Array)[], key: string | undefined = KEY): Seen {
  const parser = createProtocolParser(key);
  const parts = pieces.flatMap((piece) => parser.push(Buffer.from(piece)));
  return join([...parts, ...parser.flush()]);
}

function join(parts: readonly Part[]): Seen {
  const bytes = parts.flatMap((part) => (part.kind === "bytes" ? [part.bytes] : []));
  return {
    text: Buffer.concat(bytes).toString(),
    messages: parts.flatMap((part) => (part.kind === "message" ? [part.message] : [])),
  };
}

function inTwo(text: string): Uint8Array[][] {
  const bytes = Buffer.from(text);
  return Array.from({ length: bytes.length + 1 }, (_, at) => [bytes.subarray(0, at), bytes.subarray(at)]);
}

test("an object is found anywhere in its line, however it is split", () => {
  for (const before of ["", "\x1b[0m", "\x07", "....", '{"not": "ours" ', "12:00:00 {", "{{{"]) {
    const text = `first\r\n${before}${JSON.stringify(STATUS)}\r\nlast`;
    for (const pieces of inTwo(text)) {
      assert.deepEqual(run(pieces), { text: `first\r\n${before}last`, messages: [SEEN_STATUS] });
    }
  }
});

test("every kind of message arrives with its fields", () => {
  const progress = {
    name: "sync-testservers-k8s",
    totalTasks: 4,
    tasksInFlight: null,
    tasksFinishedOk: 1,
    tasksFinishedFailed: 0,
    tasksFinishedTotal: 1,
    tasksPercentComplete: 25,
    tasksRemaining: 3,
    progressFinished: false,
  };
  const messages = [
    {
      type: "interaction",
      subtype: "choices",
      prompt: "Go on?",
      choices: { Yes: "y", No: "n" },
      default: "n",
    },
    { type: "interaction", subtype: "input_line", prompt: "Reason?", choices: {}, default: null },
    { type: "line", line: "[APPLIED] 01.patch", sensitive: true },
    { type: "status", status: null },
    { type: "progress", progress },
    { type: "progress", progress: null },
    { type: "response", response: "y" },
  ];
  const text = messages.map((message) => `${JSON.stringify({ ...message, iokey: KEY })}\r\n`).join("");

  const seen = messages.map((message) =>
    "choices" in message ? { ...message, choices: Object.entries(message.choices) } : message,
  );
  assert.deepEqual(run([text]), { text: "", messages: seen });
});

const choicesMessage = (choices: string): string =>
  `{"iokey": "${KEY}", "type": "interaction", "subtype": "choices", "prompt": "Which?", "choices": ${choices}}\r\n`;

test("choices keep the order of the message, whatever their labels are", () => {
  const text = choicesMessage('{"10" : 1, "b\\"\\\\": "{\\"2\\":", "2": "x", "b": "y" , "=1": "z"}');

  assert.deepEqual(run([text]).messages, [
    {
      type: "interaction",
      subtype: "choices",
      prompt: "Which?",
      choices: [
        ["10", "1"],
        ['b"\\', '{"2":'],
        ["2", "x"],
        ["b", "y"],
        ["=1", "z"],
      ],
    },
  ]);
});

test("a choice that is typed as more than one line, or controls the terminal, is refused with its question", () => {
  for (const typed of ["y\\n", "y\\u0003", "\\u001b[A", "\\u009b"]) {
    const text = choicesMessage(`{"Yes": "${typed}", "No": "n"}`);
    assert.deepEqual(run([text]), { text: text.replaceAll(KEY, "••••"), messages: [] }, typed);
  }
});

test("a wrong key, broken JSON and a wrong shape are ordinary text, without the key", () => {
  const texts = [
    `${JSON.stringify({ ...STATUS, iokey: KEY.replace("0", "1") })}\r\n`,
    `${JSON.stringify({ ...STATUS, status: 7 })}\r\n`,
    `${JSON.stringify({ ...STATUS, type: "unheard of" })}\r\n`,
    `${JSON.stringify(STATUS).slice(0, -1)}\r\n`,
    `${JSON.stringify(STATUS)} trailing\r\n`,
    `{"iokey": ${JSON.stringify({ inner: KEY })}}\r\n`,
    `[${JSON.stringify(STATUS)}]\r\n`,
    '{"iokey": "\r\n',
  ];
  for (const text of texts) {
    assert.deepEqual(run([text]), { text: text.replaceAll(KEY, "••••"), messages: [] });
  }
});

test("the key is never shown, however it is split", () => {
  for (const pieces of inTwo(`before ${KEY} after ${KEY}`)) {
    assert.deepEqual(run(pieces), { text: "before •••• after ••••", messages: [] });
  }
});

test("a key that arrives with pauses shows seven characters at the most", () => {
  const pieces = [KEY.slice(0, 5), KEY.slice(5, 20), KEY.slice(20, 63), KEY.slice(63)];
  const parser = createProtocolParser(KEY);

  const shown = join(pieces.flatMap((piece) => [...parser.push(Buffer.from(piece)), ...parser.flush()])).text;

  assert.equal(shown.replaceAll("•", ""), KEY.slice(0, 5));
});

test("a text that only begins like the key passes unchanged", () => {
  const pieces = [KEY.slice(0, 40), KEY.slice(0, 31), "\r\nmore"];

  assert.equal(run(pieces).text, pieces.join(""));
});

test("the key within a message's own texts is hidden too", () => {
  const message = { iokey: KEY, type: "line", line: `env: ${KEY}`, sensitive: false };

  assert.deepEqual(run([`${JSON.stringify(message)}\n`]).messages, [
    { type: "line", line: "env: ••••", sensitive: false },
  ]);
});

test("ordinary output is never held back, not even a prompt in braces", () => {
  const parser = createProtocolParser(KEY);

  const parts = parser.push(Buffer.from("Continue with {sync}? [y/N]: "));

  assert.equal(join(parts).text, "Continue with {sync}? [y/N]: ");
  assert.equal(parser.heldBytes(), 0);
});

test("a message is known to have started as soon as its key is complete, however it is split", () => {
  const text = JSON.stringify(STATUS);
  const complete = text.indexOf(KEY) + KEY.length;
  const parser = createProtocolParser(KEY);

  for (let at = 0; at < text.length; at += 1) {
    parser.push(Buffer.from(text.slice(at, at + 1)));
    assert.equal(parser.holdsMessage(), at + 1 >= complete, `after ${at + 1} bytes`);
  }
  parser.push(Buffer.from("\n"));
  assert.equal(parser.holdsMessage(), false);
});

test("a possible object is held back until a flush, and is still parsed as a message", () => {
  const text = JSON.stringify(STATUS);
  const parser = createProtocolParser(KEY);

  const early = join(parser.push(Buffer.from(`x${text.slice(0, 30)}`)));
  const held = parser.heldBytes();
  assert.equal(parser.holdsMessage(), false, "its key is not complete");
  const flushed = join(parser.flush());
  const rest = join(parser.push(Buffer.from(`${text.slice(30)}\r\ny`)));

  assert.deepEqual(early, { text: "x", messages: [] });
  assert.equal(held, 30);
  assert(!flushed.text.includes(KEY.slice(0, 8)), "a flush showed a part of the key");
  assert.deepEqual(rest, { text: "y", messages: [SEEN_STATUS] });
  assert.equal(parser.heldBytes(), 0);
});

test("a line longer than the limit is text, and the next message is found", () => {
  const long = `${JSON.stringify({ ...STATUS, status: "x".repeat(MESSAGE_BYTES_MAX) })}\r\n`;
  const parser = createProtocolParser(KEY);

  const parts: Part[] = [];
  for (let at = 0; at < long.length; at += 65_536) {
    parts.push(...parser.push(Buffer.from(long.slice(at, at + 65_536))));
    assert(parser.heldBytes() <= MESSAGE_BYTES_MAX + 65_536, "more is held back than the limit");
  }
  parts.push(...parser.push(Buffer.from(`${JSON.stringify(STATUS)}\r\n`)));

  const seen = join(parts);
  assert.deepEqual(seen.messages, [SEEN_STATUS]);
  assert.equal(seen.text, long.replaceAll(KEY, "••••"));
});

test("broken UTF-8 around and inside an object disturbs nothing", () => {
  const object = Buffer.from(JSON.stringify({ iokey: KEY, type: "line", line: "a?b", sensitive: false }));
  object[object.indexOf("?")] = 0xff;
  const before = Buffer.from([0xc3, 0x28, 0xff, 0x0a, 0xe2, 0x80]);

  const parser = createProtocolParser(KEY);
  const parts = parser.push(Buffer.concat([before, object, Buffer.from("\n")]));

  assert.deepEqual(join(parts).messages, [{ type: "line", line: "a\ufffdb", sensitive: false }]);
  assert.deepEqual(
    Buffer.concat(parts.flatMap((part) => (part.kind === "bytes" ? [part.bytes] : []))),
    before,
  );
});

test("without a key everything passes through", () => {
  const text = `${JSON.stringify(STATUS)}\r\n`;

  assert.deepEqual(run([text], ""), { text, messages: [] });
});

test("bytes without the key pass unchanged, however they are split", () => {
  const almost = ['{"', "{", '{"iokey": "', "}\n", "\n", KEY.slice(0, 30), KEY.slice(10)];
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constantFrom(...almost).map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      // The newline settles whether the end is the beginning of a key.
      const all = [...pieces, Buffer.from("\n")];
      const whole = Buffer.concat(all);
      fc.pre(!whole.includes(KEY));
      const parser = createProtocolParser(KEY);

      const parts = all.flatMap((bytes) => parser.push(bytes));

      const shown = parts.map((part) => (part.kind === "bytes" ? part.bytes : Buffer.from("a message")));
      assert.equal(Buffer.concat(shown).toString("latin1"), whole.toString("latin1"));
    }),
    { numRuns: PROMPT_RUNS },
  );
});

test("messages between arbitrary lines all arrive, in order, and the lines stay", () => {
  const text = fc.string({ maxLength: 40 }).map((line) => line.replaceAll(/[\n{]/g, " "));
  const item = fc.oneof(
    text.map((line) => ({ written: `${line}\n`, shown: `${line}\n`, status: undefined })),
    fc.tuple(text, fc.string()).map(([before, status]) => ({
      written: `${before}${JSON.stringify({ type: "status", status, iokey: KEY })}\n`,
      shown: before,
      status,
    })),
  );
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 20 }),
      fc.array(fc.nat(3000), { maxLength: 10 }),
      (items, offsets) => {
        const whole = Buffer.from(items.map(({ written }) => written).join(""));
        const edges = [
          0,
          ...offsets.filter((at) => at < whole.length).toSorted((a, b) => a - b),
          whole.length,
        ];
        const pieces = edges.slice(1).map((end, index) => whole.subarray(edges[index], end));

        const seen = run(pieces);

        assert.equal(seen.text, items.map(({ shown }) => shown).join(""));
        assert.deepEqual(
          seen.messages.map((message) => (message.type === "status" ? message.status : undefined)),
          items.flatMap(({ status }) => (status === undefined ? [] : [status])),
        );
      },
    ),
    { numRuns: PROMPT_RUNS },
  );
});
