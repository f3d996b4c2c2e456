// Finds the program of a job before anything is started, so that an error can be described: after the fork it would be a line
// on the terminal and an exit code of 1.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";

export type ProgramOrder = {
  argv: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
};

/** The absolute path of the program; or what is wrong and how to fix it. */
export function findProgram({ argv, cwd, env }: ProgramOrder): { path: string } | { failure: string } {
  const [name = ""] = argv;
  if (!isAbsolute(cwd) || !isDirectory(cwd)) {
    return { failure: `the working directory ${cwd} does not exist: create it or configure another one` };
  }
  const candidates = name.includes("/")
    ? [resolve(cwd, name)]
    : (env["PATH"] ?? "")
        .split(delimiter)
        .filter(Boolean)
        .map((entry) => join(resolve(cwd, entry), name));
  const path = name === "" ? undefined : candidates.find(isExecutable);
  if (path !== undefined) {
    return { path };
  }
  return {
    failure: name.includes("/")
      ? `${name} is not a program that can be run: install it or correct the configured command`
      : `there is no program ${JSON.stringify(name)} in ${env["PATH"] ?? "an empty PATH"}: install it or correct the configured command`,
  };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
