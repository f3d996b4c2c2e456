// Failures on request: a file SANDBOX_DIR/fail/<name> makes the part with this name fail, as many times as the number in the
// file says, or always if the file is empty.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../session.ts";

/** @param name such as `canaries-deploy`, `Canary checks` (or `canary-checks`), `rollback` */
export function takeRequestedFailure({ settings }: Session, name: string): boolean {
  const folder = join(settings.directory, "fail");
  const file = [name, name.toLowerCase().replaceAll(" ", "-")]
    .map((candidate) => join(folder, candidate))
    .find((candidate) => existsSync(candidate));
  if (file === undefined) return false;

  const content = readFileSync(file, "utf8").trim();
  if (content === "") return true;
  const left = Number(content);
  if (left > 1) writeFileSync(file, `${left - 1}\n`);
  else rmSync(file, { force: true });
  return left >= 1;
}
