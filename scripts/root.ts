/** The directory of the project, and the environment that its programs run in. */
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** Absolute path of a file of the project. */
export function inProject(...parts: string[]): string {
  return join(ROOT, ...parts);
}

/**
 * Our environment with changes; undefined removes a variable. The project's packages come first in PATH, because `node`
 * has to be the one among them.
 */
export function environment(changes: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const bin = inProject("node_modules/.bin");
  const path = process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin";
  const PATH = path.split(":")[0] === bin ? path : `${bin}:${path}`;
  const merged: Record<string, string | undefined> = { ...process.env, PATH, ...changes };
  return Object.assign({ NODE_ENV: "production" as const }, withoutUndefined(merged));
}

function withoutUndefined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
