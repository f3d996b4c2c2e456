/** Makes a cluster: the directory that a server of PostgreSQL works in, with our database in it. */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandFor, type Account } from "./account.ts";
import type { PostgresBinaries } from "./binaries.ts";

export const USER = "spiderpig";
export const DATABASE = "spiderpig";

/** `data` in the directory appears complete or not at all. */
export function makeCluster(
  directory: string,
  programs: PostgresBinaries,
  account: Account,
  durable: boolean,
): void {
  const fresh = join(directory, "data.new");
  const passwordFile = join(directory, "password");
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { mode: 0o700 });
  writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
  account.own(fresh);
  account.own(passwordFile);
  const identity = ["-U", USER, "--pwfile", passwordFile, "--auth=scram-sha-256"];
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  run(account, programs.initdb, [
    "-D",
    fresh,
    ...identity,
    ...locale,
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
  ]);
  // In single-user mode, so that a cluster without its database never exists.
  run(account, programs.postgres, ["--single", "-D", fresh, "postgres"], `create database ${DATABASE}\n`);
  renameSync(fresh, join(directory, "data"));
}

function run(account: Account, program: string, args: readonly string[], input = ""): void {
  const [command, all] = commandFor(account, program, args);
  const done = spawnSync(command, all, {
    ...account.ids,
    input,
    env: plainEnvironment(),
    encoding: "utf8",
  });
  if (done.status !== 0) {
    const said = `${done.stdout}${done.stderr}`.trim().split("\n").slice(-4).join(" | ");
    throw new Error(`cannot make the database: ${done.error?.message ?? said}`);
  }
}

/** Without the caller's PGDATA, PGPORT and the like, and with messages in the language the log is read in. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", NODE_ENV: "production" };
}
