// The command of a job and its environment: an array of arguments, never a shell, and only the variables that scap needs.
import { randomUUID } from "node:crypto";
import { inheritableEnvironment } from "#lib/config.ts";

/**
 * Keeps programs that scap calls from paging, asking on a terminal of their own, opening an editor or buffering their output. `true`
 * as the editor accepts the message that git has prepared, as intended when scap reverts or merges; without such a message git fails
 * instead of waiting.
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
 * @param requestedBy the deployer: scap votes, locks and announces under this name.
 * @param traceparent of the request (W3C Trace Context), so that programs which scap starts can continue its trace.
 * @param protocolKey enables scap's own protocol, in versions that support it.
 */
export function environmentOf(
  { requestedBy, traceparent }: { requestedBy: string; traceparent: string | null },
  protocolKey: string,
  inherited: readonly string[],
): Record<string, string> {
  return {
    ...inheritableEnvironment(inherited),
    ...QUIET,
    ...(traceparent === null ? {} : { TRACEPARENT: traceparent }),
    SPIDERPIG_REAL_USER: requestedBy,
    SPIDERPIG_IO_KEY: protocolKey,
    // scap may require a terminal multiplexer, so that a lost connection does not end a deployment. The holder has the
    // same effect: the deployment outlives every connection to it.
    STY: `spiderpig.${randomUUID()}`,
  };
}
