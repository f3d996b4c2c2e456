// OPERATIONS_FILE with one operation, whose command changes while the process runs.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

/** @param clean `after` of the file. */
export function siteOperation(clean: (clean: () => void) => void) {
  const directory = mkdtempSync(path.join(os.tmpdir(), "site-operation-"));
  clean(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, "operations.yaml");
  const defineOperation = (command: string) =>
    writeFileSync(
      file,
      `operations:
  purge:
    name: Purge
    description: Purge the cache of a wiki.
    parameters:
      wiki: { label: Wiki, type: text, pattern: "[a-z]+wiki", patternHint: Expected a database name }
    command: [${command}]
    confirmation: Purge {wiki}?
    evidence: exit_code
    completedLabel: Purged
`,
    );
  defineOperation('purge, "{wiki}"');
  return { file, defineOperation };
}
