// The command of a job and its environment: an array of arguments, never a shell, and only the variables that
// scap needs. The settings below keep programs that scap calls from asking where nobody could see it.
import { randomUUID } from "node:crypto";
import { inheritableEnvironment } from "#lib/config.ts";

/**
 * Programs that page, ask on their own terminal, open an editor or buffer their output are told not to. `true` as the
 * editor accepts a message as git has prepared it, which is what is meant when scap reverts or merges; where git has none,
 * it fails instead of waiting.
 */
const QUIET = {
  TERM: "xterm-256color",
  PAGER: "cat",
  GIT_PAGER: "cat",
  SYSTEMD_PAGER: "",
  GIT_TERMINAL_PROMPT: "0",
  GIT_EDITOR: "true",
  GIT_SEQUENCE_EDITOR: "true",
  GIT_MERGE_AUTOEDIT: "no",
  EDITOR: "true",
  VISUAL: "true",
  SSH_ASKPASS_REQUIRE: "never",
  DEBIAN_FRONTEND: "noninteractive",
  PYTHONUNBUFFERED: "1",
  FORCE_COLOR: "1",
} as const;

export function commandOf(scapCommand: readonly string[], job: { command: readonly string[] }): string[] {
  return [...scapCommand, ...job.command];
}

/**
 * @param user the deployer: scap votes, locks and announces under this name.
 * @param protocolKey turns on scap's own protocol, in versions that speak it.
 */
export function environmentOf(
  user: string,
  protocolKey: string,
  inherited: readonly string[],
): Record<string, string> {
  return {
    ...inheritableEnvironment(inherited),
    ...QUIET,
    SPIDERPIG_REAL_USER: user,
    SPIDERPIG_IO_KEY: protocolKey,
    // scap may insist on a terminal multiplexer, so that a lost connection does not end a deployment. The holder
    // is one: the deployment outlives every connection to it.
    STY: `spiderpig.${randomUUID()}`,
  };
}
