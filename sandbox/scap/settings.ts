// The settings of the sandbox's scap: its environment variables, and the content of sandbox.json.
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { dialectNamed, type Dialect } from "./dialect.ts";
import { PlainExit, errorText } from "./errors.ts";
import { list, number, record, text, type Json } from "./json.ts";
import { activeVersions, readWikiversions } from "./train/wikis.ts";

export const stages = ["testservers", "canaries", "production"] as const;
export type Stage = (typeof stages)[number];

export type Server = { name: string; stage: Stage; url: string; directory: string };

type Sandbox = {
  gerritUrl: string;
  /** The configuration, which is deployed at the root of the tree. */
  mainProject: string;
  /** Bare repositories by project name. */
  repositories: ReadonlyMap<string, string>;
  servers: readonly Server[];
  /** Versions such as `1.47.0-wmf.10`, without the `wmf/` of their branches. */
  liveVersions: readonly string[];
};

export type Settings = {
  /** SANDBOX_DIR: everything that scap reads and writes is below it. */
  directory: string;
  sandbox: Sandbox;
  /** Divides all waiting times. */
  speed: number;
  dialect: Dialect;
  /** The key of the protocol that replaces terminal prompts; absent when scap uses the terminal. */
  ioKey?: string;
  /** The deployer, shown as `user@host`. */
  user: string;
  host: string;
  /** Ask for the passphrase of a key, as ssh would do below git. */
  asksPassphrase: boolean;
  forceColor: boolean;
  pager: string;
  recordDirectory?: string;
};

const mainProject = "operations/mediawiki-config";

export function readSettings(): Settings {
  const environment = process.env;
  // An empty variable counts as unset.
  const given = (name: string) => environment[name] || undefined;

  const directory = given("SANDBOX_DIR");
  if (directory === undefined) {
    throw new PlainExit("SANDBOX_DIR is not set: it names the sandbox's directory");
  }
  const description = readDescription(join(directory, "sandbox.json"));
  const { dialect, terminalOnly } = dialectNamed(given("SANDBOX_SCAP_DIALECT") ?? "today");
  const ioKey = terminalOnly ? undefined : given("SPIDERPIG_IO_KEY");
  const recordDirectory = given("SANDBOX_RECORD_DIR");

  return {
    directory: resolve(directory),
    sandbox: toSandbox(description, resolve(directory)),
    speed: speedOf(given("SANDBOX_SPEED") ?? description["speed"]),
    dialect,
    ...(ioKey === undefined ? {} : { ioKey }),
    user: given("SPIDERPIG_REAL_USER") ?? given("SUDO_USER") ?? userInfo().username,
    host: hostname(),
    asksPassphrase: given("SANDBOX_SCAP_PASSPHRASE") !== undefined,
    forceColor: given("FORCE_COLOR") !== undefined,
    pager: given("GIT_PAGER") ?? given("PAGER") ?? "less",
    ...(recordDirectory === undefined ? {} : { recordDirectory }),
  };
}

function readDescription(file: string): Json {
  try {
    return record(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new PlainExit(`${file} cannot be read (${errorText(cause)}): start the sandbox first`);
  }
}

function toSandbox(description: Json, directory: string): Sandbox {
  const wikiversions = readWikiversions(join(directory, "staging"));
  const repositories = Object.entries(record(description["repositories"])).map(
    ([project, path]) => [project, text(path)] as const,
  );
  return {
    gerritUrl: text(description["gerritUrl"]),
    mainProject,
    repositories: new Map(repositories),
    servers: list(description["servers"]).map((entry) => toServer(record(entry))),
    liveVersions:
      wikiversions === undefined
        ? list(description["liveBranches"]).map((branch) => text(branch).replace(/^wmf\//, ""))
        : activeVersions(wikiversions),
  };
}

function toServer(entry: Json): Server {
  const stage = stages.find((known) => known === entry["stage"]);
  if (stage === undefined) throw new PlainExit(`unknown stage of server ${text(entry["name"])}`);
  return { name: text(entry["name"]), stage, url: text(entry["url"]), directory: text(entry["directory"]) };
}

function speedOf(value: unknown): number {
  const speed = number(value);
  return speed > 0 && Number.isFinite(speed) ? speed : 1;
}
