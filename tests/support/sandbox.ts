/**
 * Starts a sandbox for a test. Seeding one runs git a hundred times, so it is done once for each process, and each test gets a
 * copy.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, startSandbox } from "../../sandbox/sandbox.ts";

let template: Promise<string> | undefined;

/** @param directory absent or empty. @param speed of everything that takes time. */
export async function copySandbox(directory: string, speed: number): Promise<Sandbox> {
  template ??= seedTemplate();
  mkdirSync(directory, { recursive: true });
  execFileSync("cp", ["-a", `${await template}/.`, directory]);
  return startSandbox({ directory, speed });
}

async function seedTemplate(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "sandbox-template-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  const sandbox = await startSandbox({ directory });
  await sandbox.close();
  return directory;
}
