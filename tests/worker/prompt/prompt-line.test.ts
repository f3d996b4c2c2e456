// A completed line of a prompt is not taken for a report of scap.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isPromptLine } from "../../../worker/prompt/prompt-line.ts";

test("the line of a prompt with its answer is recognised in every form, and a report is not", () => {
  for (const line of [
    "Continue with backport? [y/N]: n",
    "Overwrite the file (yes/no)? no",
    "What next? (default: [e]): e",
    "Proceed (Y/n, default in 9 s)? y",
    "Continue? [y]es/[n]o/[c]ontinue all groups: c",
    "Press Enter to acknowledge and release the lock.",
  ]) {
    assert.ok(isPromptLine(line), line);
  }
  for (const line of ["3 hosts failed (ok: 5)", "[FAILED] php-fpm", "Press releases are synced", "Done"]) {
    assert.ok(!isPromptLine(line), line);
  }
});
