import assert from "node:assert/strict";
import { test } from "node:test";
import { heldUpTo, type HeldOutput, updateOutput } from "#lib/web/live/held-output.ts";
import type { LogLine } from "#lib/contract/log.ts";
import { createLogMirror } from "./log-mirror.ts";

const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();
const line = (n: number, text: string, ms = 0): LogLine => ({ n, at: at(ms), text });

/** A watcher that has all lines up to `settledLines`, and these live lines after them. */
function holding(settledLines: number, live: LogLine[]): HeldOutput {
  return updateOutput(
    heldUpTo(settledLines),
    { settled: [], settledLines, live, totalLines: settledLines + live.length },
    true,
  ).held;
}

test("consecutive lines with nearly the same time are sent as one block", () => {
  const live = [line(1, "one"), line(2, "two", 60), line(3, "", 90), line(4, "four", 500)];
  const { blocks } = updateOutput(heldUpTo(0), { settled: [], settledLines: 0, live, totalLines: 4 }, true);
  assert.deepEqual(blocks, [
    { n: 1, at: at(0), text: "one\ntwo\n" },
    { n: 4, at: at(500), text: "four" },
  ]);
});

test("only the changed end of a redrawn line is sent, and nothing for an unchanged line", () => {
  const held = holding(5, [line(6, "stays"), line(7, "Downloading the layer: 10%")]);
  const live = [line(6, "stays", 900), line(7, "Downloading the layer: 95%", 900)];
  const update = updateOutput(held, { settled: [], settledLines: 5, live, totalLines: 7 }, true);
  assert.deepEqual(update.blocks, [{ n: 7, at: at(900), keep: 23, text: "95%" }]);
});

test("the unchanged part of a line never ends within a character", () => {
  const held = holding(0, [line(1, "sixteen letters: \u{1f437}")]);
  const { blocks } = updateOutput(
    held,
    { settled: [], settledLines: 0, live: [line(1, "sixteen letters: \u{1f438}")], totalLines: 1 },
    true,
  );
  assert.deepEqual(blocks, [{ n: 1, at: at(0), keep: 17, text: "\u{1f438}" }]);
});

test("a line that settles unchanged is not sent again, and one that settles with other text is", () => {
  const held = holding(0, [line(1, "same"), line(2, "was"), line(3, "live")]);
  const { blocks, held: next } = updateOutput(
    held,
    {
      settled: [line(1, "same"), line(2, "is")],
      settledLines: 2,
      live: [line(3, "live"), line(4, "new")],
      totalLines: 4,
    },
    false,
  );
  assert.deepEqual(
    blocks.map(({ n, text }) => [n, text]),
    [
      [2, "is"],
      [4, "new"],
    ],
  );
  assert.deepEqual([next.settledLines, next.live.length], [2, 2]);
});

test("without redraws a watcher gets new lines, and the end of its last line when more lines follow", () => {
  const held = holding(0, [line(1, "1 of 9"), line(2, "half a li")]);
  const live = [line(1, "2 of 9"), line(2, "half a line"), line(3, "next")];
  const step = { settled: [], settledLines: 0, live, totalLines: 3 };

  const update = updateOutput(held, step, false);

  assert.deepEqual(update.blocks, [{ n: 2, at: at(0), text: "half a line\nnext" }]);
  assert.equal(update.isPartial, true);
  assert.deepEqual(updateOutput(update.held, step, true).blocks, [{ n: 1, at: at(0), text: "2 of 9" }]);
});

test("removed lines are sent with the next redraw, or together with other lines", () => {
  const held = holding(0, [line(1, "a"), line(2, "b"), line(3, "c")]);
  const shorter = { settled: [], settledLines: 0, live: [line(1, "a")], totalLines: 1 };

  const waiting = updateOutput(held, shorter, false);
  assert.deepEqual([waiting.isNeeded, waiting.isPartial, waiting.held.live.length], [false, true, 3]);
  const update = updateOutput(waiting.held, shorter, true);
  assert.deepEqual([update.isNeeded, update.blocks, update.held.live.length], [true, [], 1]);
});

test("whatever was skipped in between, a watcher ends with the current lines", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * below);
  };
  for (let round = 0; round < 300; round += 1) {
    const mirror = createLogMirror();
    let held = heldUpTo(0);
    let settledBefore = 0;
    const lines: LogLine[] = [];
    const send = (settledLines: number, hasRedraws: boolean) => {
      const step = {
        settled: lines.slice(settledBefore, settledLines),
        settledLines,
        live: lines.slice(settledLines),
        totalLines: lines.length,
      };
      const update = updateOutput(held, step, hasRedraws);
      held = update.held;
      settledBefore = settledLines;
      if (!update.isNeeded) return;
      const { blocks } = update;
      assert.deepEqual(mirror.apply({ blocks, totalLines: lines.length, settledLines }), []);
    };
    for (let turn = 0; turn < 30; turn += 1) {
      for (let change = random(6); change > 0; change -= 1) {
        const live = lines.length - settledBefore;
        const kind = random(4);
        const text = `${"the same beginning ".repeat(random(2))}${random(5)}`;
        if (kind < 2 || live === 0) {
          lines.push(line(lines.length + 1, text, random(300)));
        } else if (kind === 2) {
          lines.pop();
        } else {
          const n = lines.length - random(live);
          lines[n - 1] = line(n, text, random(300));
        }
      }
      send(settledBefore + random(lines.length - settledBefore + 1), random(3) === 0);
    }
    send(settledBefore, true);
    assert.deepEqual(
      mirror.texts,
      lines.map(({ text }) => text),
      `round ${round}`,
    );
  }
});
