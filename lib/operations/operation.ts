// What the definition of an operation consists of: each is one file of this folder, or an entry of OPERATIONS_FILE. Pages, API,
// worker, history and estimates know operations only through it.
import { createHash } from "node:crypto";
import type { JobOperation } from "../domain/operation.ts";
import type { Role } from "../domain/permission.ts";
import type { Parameter } from "./parameter.ts";

/** `{name}` in an argument stands for the value of a parameter. `if`: only when this parameter is true, or is a text that was given. */
export type ArgumentTemplate = string | { if: string; argument: string };

export type Operation = {
  kind: string;
  name: string;
  description: string;
  parameters: readonly Parameter[];
  /** Subcommand and arguments, appended to SCAP_COMMAND. command.ts replaces the parameters. */
  command: readonly ArgumentTemplate[];
  /** Settings of scap for this run, as `-Dkey:value` before the subcommand. */
  settings: Readonly<Record<string, string>>;
  /** The lowest role that may start it. */
  role: Role;
  /** Its lane, unless a request names another. */
  lane: string;
  /** What a person confirms before it is queued. `{name}` stands for the value of a parameter. */
  confirmation: string;
  /** `merged`: its changes must be merged already. Otherwise they must be open or merged, and not work in progress. */
  changesMustBe: "deployable" | "merged";
} & Omit<JobOperation, "name">;

/** What a job keeps of it. */
export function jobOperation({
  name,
  completedLabel,
  evidence,
  estimateKey,
  hosts,
}: Operation): JobOperation {
  return { name, completedLabel, evidence, estimateKey, hosts };
}

/** Differs from that of every other definition: a person who confirmed one must not start another. */
export function revisionOf(operation: Operation): string {
  return createHash("sha256").update(JSON.stringify(operation)).digest("base64url").slice(0, 22);
}
