// The settings that a running `npm start` has generated in DATA_DIR, for commands of administrators on the same machine.
// Settings that are given take precedence.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileSettingOf } from "#lib/secret-files.ts";

type Environment = Record<string, string | undefined>;

export function settingsOfRunningStart(env: Environment): Environment {
  const dataDir = resolve(env["DATA_DIR"]?.trim() || ".data");
  const isSandbox = !env["GERRIT_URL"] || !env["SCAP_COMMAND"];
  const sandbox = join(dataDir, "sandbox");
  const brought: Environment = {
    DATABASE_URL: databaseUrl(join(dataDir, "postgres")),
    SESSION_SECRET: readIfThere(join(dataDir, "session-secret")),
    SANDBOX_DIR: isSandbox && existsSync(sandbox) ? sandbox : undefined,
  };
  const isGiven = (name: string) => env[name] !== undefined || env[fileSettingOf(name)] !== undefined;
  return Object.fromEntries(
    Object.entries(brought).filter(([name, value]) => value !== undefined && !isGiven(name)),
  );
}

/** From the files of scripts/postgres.ts. */
function databaseUrl(directory: string): string | undefined {
  const password = readIfThere(join(directory, "password"));
  const port = readIfThere(join(directory, "port"));
  if (password === undefined || port === undefined) return undefined;
  return `postgresql://spiderpig:${password}@127.0.0.1:${port}/spiderpig`;
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}
