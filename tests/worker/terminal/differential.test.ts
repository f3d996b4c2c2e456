// The emulator draws what xterm.js draws: generated programs, compared cell by cell.
import { test } from "node:test";
import assert from "node:assert/strict";
import { randomFrom } from "../../chaos/random.ts";
import { difference } from "./compare.ts";
import { generateProgram, toProgram, type GeneratedProgram } from "./generate.ts";

const RUNS = Number(process.env["TEST_RUNS"] ?? "300");
const SEED = Number(process.env["TERMINAL_SEED"] ?? "1");

const differenceOf = (generated: GeneratedProgram): string | undefined =>
  difference(toProgram(generated, randomFrom(generated.cutSeed)));

test(`${RUNS} generated programs give the lines, styles and cursor of xterm.js`, () => {
  for (let run = 0; run < RUNS; run += 1) {
    const seed = SEED + run;
    const program = generateProgram(randomFrom(seed));
    if (differenceOf(program) === undefined) continue;
    const smallest = shrink(program);
    const { bytes, size, cuts } = toProgram(smallest, randomFrom(smallest.cutSeed));
    assert.fail(
      `after ${run} programs without a difference, seed ${seed}, ${size.columns} × ${size.rows}, cut at ${cuts.join(",")}: ` +
        `${JSON.stringify(Buffer.from(bytes).toString())} (${Buffer.from(bytes).toString("hex")})\n${differenceOf(smallest)}`,
    );
  }
});

/** Removes tokens as long as the difference remains. */
function shrink(program: GeneratedProgram): GeneratedProgram {
  let smallest = program;
  for (let at = 0; at < smallest.tokens.length;) {
    const candidate = { ...smallest, tokens: smallest.tokens.toSpliced(at, 1) };
    if (differenceOf(candidate) === undefined) {
      at += 1;
    } else {
      smallest = candidate;
      at = 0;
    }
  }
  return smallest;
}
