// The command line of `scap deploy-promote`.
import { PlainExit } from "../errors.ts";

export type PromoteOptions = {
  group: string;
  version: string;
  isTrain: boolean;
  oldVersion: string | undefined;
  excludedWikis: readonly string[];
  answersYes: boolean;
  pause: boolean;
};

const VERSION = /^\d+\.\d+\.\d+-wmf\.\d+$/;

export function parsePromoteOptions(args: readonly string[]): PromoteOptions {
  const { isPresent, valueOf, positional } = readArguments(args);
  const oldVersion = valueOf("--old-version");
  const options = {
    isTrain: isPresent("--train"),
    oldVersion: oldVersion === undefined ? undefined : versionOf(oldVersion),
    excludedWikis: valueOf("--exclude-wikis")?.split(",") ?? [],
    answersYes: isPresent("--yes") || isPresent("-y"),
    pause: isPresent("--pause-after-testserver-sync"),
  };
  const [group, version, ...unexpected] = positional;
  if (group === undefined || version === undefined || unexpected.length > 0) {
    throw new PlainExit("usage: scap deploy-promote [options] [--] GROUP VERSION", 2);
  }
  if (options.isTrain && options.oldVersion === undefined) {
    throw new PlainExit("--old-version must be used along with --train");
  }
  return { ...options, group, version: versionOf(version) };
}

function versionOf(text: string | undefined): string {
  if (text !== undefined && VERSION.test(text)) return text;
  throw new PlainExit(`invalid version: ${text ?? ""}`, 2);
}

const FLAGS = ["--train", "--yes", "-y", "--pause-after-testserver-sync"];
const WITH_VALUE = ["--old-version", "--exclude-wikis"];

/** What comes after `--` is never an option. */
function readArguments(args: readonly string[]) {
  const given = new Map<string, string>();
  const positional: string[] = [];
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (argument === "--") {
      positional.push(...rest.splice(0));
    } else if (FLAGS.includes(argument)) {
      given.set(argument, "");
    } else if (WITH_VALUE.includes(argument)) {
      given.set(argument, rest.shift() ?? "");
    } else if (argument.startsWith("-")) {
      throw new PlainExit(`scap deploy-promote: unknown option ${argument}`, 2);
    } else {
      positional.push(argument);
    }
  }
  return {
    isPresent: (name: string) => given.has(name),
    valueOf: (name: string) => given.get(name),
    positional,
  };
}
