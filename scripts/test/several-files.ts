/**
 * Runs several test files in one process, one after the other, because loading the modules that they share takes longer than
 * most of their tests. Each file is a suite, which its hooks belong to. It starts with the settings of this process and without
 * the services that an earlier file has created.
 *
 * `node --test --test-isolation=none` imports all files before the first test: their servers and databases would all run at
 * the same time.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { writeSync } from "node:fs";
import { resolve } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

/** Longer than any file may take, on a slow and busy machine. Node names the test that exceeds it. */
const FILE_TIMEOUT_MS = 1_200_000;

const files = process.argv.slice(2);
/** Runs a function as if this module had called it, not the hook of a suite. */
const atTopLevel = AsyncLocalStorage.snapshot();

const settings = { ...process.env };

runNext();
process.on("exit", () => {
  // The tests of a file may end the process.
  if (files.length === 0) return;
  writeSync(1, `not run: ${files.join(", ")}\n`);
  process.exitCode = 1;
});

function runNext(): void {
  const file = files.shift();
  if (file === undefined) return;
  // Names the file of an endless loop: the reporter prints a file at its end.
  writeSync(1, `# ${file}\n`);
  process.env = { ...settings };
  for (const key of Object.getOwnPropertySymbols(globalThis)) {
    if (key.description?.startsWith("spiderpig.") === true) Reflect.deleteProperty(globalThis, key);
  }
  const load = async (): Promise<void> => {
    try {
      await import(pathToFileURL(resolve(file)).href);
    } catch (cause) {
      void test("is loaded", () => {
        throw cause;
      });
    }
    // After the hooks of the file.
    after(runNext);
  };
  atTopLevel(() => void describe(file, { timeout: FILE_TIMEOUT_MS }, load));
}
