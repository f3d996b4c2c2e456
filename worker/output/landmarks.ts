// The few lines by which scap says how a deployment ended, in all their wordings since 2022. The exit code does
// not tell: it is 0 when a deployer said no, and 1 after a rollback that went well.
import type { Landmark } from "#lib/domain/outcome.ts";

// oxlint-disable-next-line no-control-regex -- log lines are wrapped in colour codes
const PREFIX = String.raw`^(?:\u001b\[[0-9;]*m|\u0007)*(?:\d\d:\d\d:\d\d )?(?:\u001b\[[0-9;]*m)*`;

const LANDMARKS: readonly (readonly [Landmark, RegExp])[] = [
  ["nothing_to_deploy", line("Skipping sync since there are no deployable commits")],
  ["cancelled", line("(?:Backport|Revert|Deployment|Sync) cancelled")],
  ["rolled_back", line("Result: rolled back")],
  ["rollback_failed", line("(?:Result: rollback (?:cancelled|failed)|- \\S+: rollback-failed)")],
];

function line(words: string): RegExp {
  return new RegExp(PREFIX + words, "im");
}

/** @param text completed lines. */
export function landmarksIn(text: string): Landmark[] {
  return LANDMARKS.filter(([, pattern]) => pattern.test(text)).map(([landmark]) => landmark);
}
