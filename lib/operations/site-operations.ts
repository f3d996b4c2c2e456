// The operations of this installation, with those of OPERATIONS_FILE as the file is now: it is read each time that operations are used,
// so that a change needs no restart. While the file has a mistake, its last valid version is in effect. Rejected: watching the file,
// or comparing its times, which both miss changes on some file systems; a few kilobytes are read in less than a millisecond.
import { readFileSync, statSync } from "node:fs";
import { ConfigError } from "../config.ts";
import type { Log } from "../log.ts";
import type { Operation } from "./operation.ts";
import { createOperations, type Operations } from "./operations.ts";
import { parseSiteOperations } from "./site-file.ts";
import { YAML_MAX_BYTES } from "./site-yaml.ts";

type Options = {
  log: Log;
  /** The operations that the policy names: without one of them, this process could not start again. */
  required: readonly string[];
};

/** @throws ConfigError with one line for each mistake that the file has at the start. */
export function openSiteOperations(path: string | undefined, { log, required }: Options): Operations {
  if (path === undefined) return createOperations();
  let seen = readFile(path);
  let operations = createOperations(parse(seen, path));
  let problems: readonly string[] = [];

  const update = (): void => {
    try {
      operations = withRequired(createOperations(parse(seen, path)), required, path);
      problems = [];
      log.info("web: OPERATIONS_FILE was read again", { operations: kindsOf(operations) });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      problems = error.message.split("\n");
      log.error("web: OPERATIONS_FILE has mistakes; its last valid version stays in effect", { problems });
    }
  };
  const current = (): Operations => {
    const now = readFile(path);
    if (now.text !== seen.text || now.problem !== seen.problem) {
      seen = now;
      update();
    }
    return operations;
  };
  return {
    list: () => current().list(),
    find: (kind) => current().find(kind),
    problems: () => {
      current();
      return problems;
    },
  };
}

/** All operations, with those of the file. @throws ConfigError with one line for each mistake. */
export function readKinds(path: string | undefined): string[] {
  return kindsOf(createOperations(path === undefined ? [] : parse(readFile(path), path)));
}

/** @throws ConfigError */
function parse({ text, problem }: FileContent, path: string): Operation[] {
  if (problem !== undefined) throw new ConfigError([`OPERATIONS_FILE: ${path}: ${problem}`]);
  return parseSiteOperations(text, path);
}

/** @throws ConfigError */
function withRequired(operations: Operations, required: readonly string[], path: string): Operations {
  const missing = required.filter((kind) => operations.find(kind) === undefined);
  if (missing.length === 0) return operations;
  throw new ConfigError(
    missing.map(
      (kind) => `OPERATIONS_FILE: ${path}: POLICY_FILE names the operation ${kind}, which is not here.`,
    ),
  );
}

/** `problem`: why it cannot be read; undefined if it can. */
type FileContent = { text: string; problem: string | undefined };

function readFile(path: string): FileContent {
  try {
    const stat = statSync(path);
    // Reading a pipe would wait for its writer.
    if (!stat.isFile()) return { text: "", problem: "is not a file" };
    if (stat.size > YAML_MAX_BYTES) {
      return { text: "", problem: `is larger than ${YAML_MAX_BYTES / 1024} KiB` };
    }
    return { text: readFileSync(path, "utf8"), problem: undefined };
  } catch (error) {
    return { text: "", problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function kindsOf(operations: Operations): string[] {
  return operations.list().map(({ kind }) => kind);
}
