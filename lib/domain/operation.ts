// What a job keeps of its operation: the operation as it was when the job was queued. lib/operations has the definitions; a site
// may change or remove its own, and the history must still say what a job did.

/** The name of an operation in the HTTP interface, in SQL and in URLs: `backport`. */
export const KIND_PATTERN = /^[a-z][a-z0-9_-]{0,39}$/;

/** The operation that undoes the changes of others. */
export const REVERT = "revert";

/**
 * What the outcome `completed` requires. `production`: evidence that the sync to production finished. `exit_code`: scap exited
 * with 0, for commands that sync nothing.
 */
export const EVIDENCE_RULES = ["production", "exit_code"] as const;
export type EvidenceRule = (typeof EVIDENCE_RULES)[number];

/** What a parameter of an operation takes. */
export const PARAMETER_TYPES = ["changes", "choice", "text", "version", "boolean"] as const;

export type JobOperation = {
  /** "Backport" */
  name: string;
  /** The label of the outcome `completed`: "Deployed". */
  completedLabel: string;
  evidence: EvidenceRule;
  /** Jobs with the same key have the same phases, so estimates come from all of them. */
  estimateKey: string;
  /** The hosts that may run it; null: any. */
  hosts: string[] | null;
};

/** The parameters of a request, as the operation has accepted them. Those that were not given are absent. */
export type OperationValues = Readonly<Record<string, string | boolean | readonly string[]>>;
