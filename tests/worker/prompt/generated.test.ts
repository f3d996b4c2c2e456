import { test } from "node:test";
import assert from "node:assert/strict";
import fc from "fast-check";
import { recognise } from "../../../worker/prompt/recognise.ts";
import { createScreen } from "../../../worker/prompt/screen.ts";
import { PROMPT_RUNS, chunksOf, cuts, generatedPrompt } from "./prompt-grammar.ts";
import type { GeneratedPrompt } from "./prompt-grammar.ts";
import { drive } from "./drive.ts";

const RUNS = { numRuns: PROMPT_RUNS };

test("any generated question is recognised as intended, at any terminal width and chunking", async () => {
  await fc.assert(
    fc.asyncProperty(
      generatedPrompt,
      cuts,
      fc.constantFrom(160, 80, 97),
      async (prompt, offsets, columns) => {
        const screen = createScreen({ columns, rows: 50 });
        for (const [index, chunk] of chunksOf(prompt.output, offsets).entries()) {
          screen.feed(chunk, index);
          if (index % 3 === 1) screen.snapshot();
        }

        const snapshot = screen.snapshot();

        const { kind, message, options, recognised, ...rest } = recognise(snapshot, {
          mode: "line",
          how: "read",
        });
        const found = { kind, message, options, ...("default" in rest ? { default: rest.default } : {}) };
        assert.deepEqual(found, prompt.truth);
        assert.equal(recognised, true);
      },
    ),
    RUNS,
  );
});

test("a generated question opens once when there is a read, and never before", async () => {
  await fc.assert(
    fc.asyncProperty(generatedPrompt, cuts, async (prompt: GeneratedPrompt, offsets) => {
      const job = drive();
      for (const chunk of chunksOf(prompt.output, offsets)) {
        await job.output(chunk);
        await job.pass(50);
      }
      await job.pass(5000);
      assert.equal(job.seen.length, 0, "asked before a process read");

      await job.reading();
      await job.pass(5000);
      await job.notReading(1);
      await job.pass(5000);

      assert.deepEqual(
        job.seen.map((effect) => effect.kind),
        ["open", "withdraw"],
      );
      const [open] = job.seen;
      assert(open?.kind === "open");
      assert.equal(open.prompt.message, prompt.truth.message);
    }),
    { numRuns: Math.ceil(PROMPT_RUNS / 3) },
  );
});
