// Everything the sandbox's scap takes from outside: the variables of its environment, read here and nowhere
// else, and what sandbox.json says about the world it deploys to.
import { readFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join, resolve } from "node:path";
import { dialectNamed, type Dialect } from "./dialect.ts";
import { PlainExit, errorText } from "./errors.ts";
import { list, number, record, text, type Json } from "./json.ts";

export const stages = ["testservers", "canaries", "production"] as const;
export type Stage = (typeof stages)[number];

export type Server = { name: string; stage: Stage; url: string; directory: string };

type World = {
  gerritUrl: string;
  /** The project that is deployed at the root of the tree. */
  mainProject: string;
  /** Bare repositories by project name. */
  repositories: ReadonlyMap<string, string>;
  servers: readonly Server[];
  /** Versions such as `1.47.0-wmf.10`, without the `wmf/` of their branches. */
  liveVersions: readonly string[];
};

export type Settings = {
  /** SANDBOX_DIR: holds everything that scap reads and writes. */
  directory: string;
  world: World;
  /** Every wait is divided by it. */
  speed: number;
  dialect: Dialect;
  /** The key of the protocol that replaces terminal prompts; absent when prompts go to the terminal. */
  ioKey?: string;
  /** Who deploys, as `user@host` in messages. */
  user: string;
  host: string;
  /** Something below scap (ssh, git) wants the passphrase of a key, which the terminal hides. */
  asksPassphrase: boolean;
  forceColor: boolean;
  pager: string;
  multiplexed: boolean;
  recordDirectory?: string;
  /** What a recording may show of the environment: never the key. */
  recordedEnvironment: Record<string, string>;
};

const mainProject = "operations/mediawiki-config";
const recordedNames =
  /^(SPIDERPIG_|TERM$|TMUX$|STY$|COLUMNS$|LINES$|FORCE_COLOR$|NO_COLOR$|.*PAGER$|GIT_TERMINAL_PROMPT$|SANDBOX_SCAP_DIALECT$|SANDBOX_SPEED$)/;

export function readSettings(environment: NodeJS.ProcessEnv = process.env): Settings {
  // Empty is absent: that is how people switch a variable off in a shell.
  const given = (name: string) => environment[name] || undefined;

  const directory = given("SANDBOX_DIR");
  if (directory === undefined)
    throw new PlainExit("SANDBOX_DIR is not set: it names the sandbox's directory");
  const description = readDescription(join(directory, "sandbox.json"));
  const { dialect, terminalOnly } = dialectNamed(given("SANDBOX_SCAP_DIALECT") ?? "today");
  const ioKey = terminalOnly ? undefined : given("SPIDERPIG_IO_KEY");
  const recordDirectory = given("SANDBOX_RECORD_DIR");

  return {
    directory: resolve(directory),
    world: toWorld(description),
    speed: speedOf(given("SANDBOX_SPEED") ?? description["speed"]),
    dialect,
    ...(ioKey === undefined ? {} : { ioKey }),
    user: given("SPIDERPIG_REAL_USER") ?? given("SUDO_USER") ?? userInfo().username,
    host: hostname(),
    asksPassphrase: given("SANDBOX_SCAP_PASSPHRASE") !== undefined,
    forceColor: given("FORCE_COLOR") !== undefined,
    pager: given("GIT_PAGER") ?? given("PAGER") ?? "less",
    multiplexed: given("TMUX") !== undefined || given("STY") !== undefined,
    ...(recordDirectory === undefined ? {} : { recordDirectory }),
    recordedEnvironment: Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) =>
        recordedNames.test(name) && name !== "SPIDERPIG_IO_KEY" && value !== undefined ? [[name, value]] : [],
      ),
    ),
  };
}

function readDescription(file: string): Json {
  try {
    return record(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new PlainExit(`${file} cannot be read (${errorText(cause)}): start the sandbox first`);
  }
}

function toWorld(description: Json): World {
  const repositories = new Map<string, string>();
  for (const [project, path] of Object.entries(record(description["repositories"] ?? {}))) {
    repositories.set(project, text(path));
  }
  if (!repositories.has(mainProject)) repositories.set(mainProject, text(description["repository"]));
  return {
    gerritUrl: text(description["gerritUrl"]).replace(/\/+$/, ""),
    mainProject,
    repositories,
    servers: list(description["servers"]).map((entry) => toServer(record(entry))),
    liveVersions: list(description["liveBranches"] ?? [])
      .map(text)
      .filter((branch) => branch !== "master")
      .map((branch) => branch.replace(/^wmf\//, "")),
  };
}

function toServer(entry: Json): Server {
  const stage = stages.find((known) => known === entry["stage"]);
  if (stage === undefined) throw new PlainExit(`unknown stage of server ${text(entry["name"])}`);
  return { name: text(entry["name"]), stage, url: text(entry["url"]), directory: text(entry["directory"]) };
}

function speedOf(value: unknown): number {
  const speed = number(value ?? 1);
  return speed > 0 && Number.isFinite(speed) ? speed : 1;
}
