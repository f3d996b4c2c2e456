// What a deployer should know before a deployment is queued: refusals that scap would certainly give, and warnings. Only what is
// known counts: a fact that Gerrit did not send yields no finding. Pure.
import type { Dependency } from "./change-dependency.ts";
import { type JobState, isTerminal, type Outcome } from "./job.ts";
import { REVERT } from "./operation.ts";

export type Vote = { value: number; by: string };

export type Label = {
  name: string;
  /** The lowest value is a veto, the highest an approval. */
  min: number;
  max: number;
  votes: readonly Vote[];
};

/** A job that contains the change. */
export type ChangeJob = {
  id: number;
  kind: string;
  operation: { completedLabel: string };
  state: JobState;
  outcome: Outcome | null;
};

/** Null: unknown. */
export type ChangeFacts = {
  status: string | null;
  isWorkInProgress: boolean | null;
  labels: readonly Label[] | null;
  isMergeable: boolean | null;
  dependencies: readonly Dependency[] | null;
  /** `Depends-On` footers that name no change. */
  unresolvedDependencies: readonly string[] | null;
  /** Newest first. */
  jobs: readonly ChangeJob[];
};

export type SelectedChange = {
  number: number;
  project: string;
  branch: string;
  /** Undefined until they have arrived. */
  facts: ChangeFacts | undefined;
};

export type Finding = { change: number } & (
  | { kind: "abandoned" | "work_in_progress" | "merge_conflict" | "merged" | "unusual_branch" }
  | { kind: "veto" | "negative_review" | "ci_failed"; vote: Vote }
  | { kind: "missing_dependency" | "missing_elsewhere" | "abandoned_dependency"; dependency: Dependency }
  | { kind: "unresolved_dependency"; reference: string }
  | { kind: "dependency_cycle"; numbers: readonly number[] }
  | { kind: "in_progress" | "deployed_before" | "reverted_before" | "rolled_back_before"; job: ChangeJob }
);

export type FindingKind = Finding["kind"];

/** `block`: scap would certainly refuse the deployment, or end it before the sync. `warning`: look before you deploy. */
export const FINDING_LEVELS = {
  abandoned: "block",
  work_in_progress: "block",
  veto: "block",
  merge_conflict: "block",
  missing_dependency: "block",
  dependency_cycle: "block",
  missing_elsewhere: "warning",
  abandoned_dependency: "warning",
  unresolved_dependency: "warning",
  ci_failed: "warning",
  negative_review: "warning",
  unusual_branch: "warning",
  in_progress: "warning",
  rolled_back_before: "warning",
  reverted_before: "warning",
  deployed_before: "warning",
  merged: "warning",
} as const satisfies Record<FindingKind, "block" | "warning">;

export type Preflight = { blocks: readonly Finding[]; warnings: readonly Finding[] };

/** In the order of the changes; of one change, in the order of `FINDING_LEVELS`. */
export function preflight(changes: readonly SelectedChange[]): Preflight {
  const numbers = new Set(changes.map(({ number }) => number));
  const order = Object.keys(FINDING_LEVELS);
  const findings = [
    ...cyclesOf(changes),
    ...changes.flatMap((change) =>
      findingsOf(change, numbers).toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    ),
  ];
  return {
    blocks: findings.filter(({ kind }) => FINDING_LEVELS[kind] === "block"),
    warnings: findings.filter(({ kind }) => FINDING_LEVELS[kind] === "warning"),
  };
}

function findingsOf(change: SelectedChange, selected: ReadonlySet<number>): Finding[] {
  const { facts, number } = change;
  const found: Finding[] = isUnusualBranch(change) ? [{ change: number, kind: "unusual_branch" }] : [];
  if (facts === undefined) return found;
  const history = historyFinding(number, facts);
  if (history !== undefined) found.push(history);
  if (facts.status === "ABANDONED") return [...found, { change: number, kind: "abandoned" }];
  // Votes and dependencies of a merged change no longer matter.
  if (facts.status === "MERGED") {
    return history === undefined ? [...found, { change: number, kind: "merged" }] : found;
  }
  if (facts.isWorkInProgress === true) found.push({ change: number, kind: "work_in_progress" });
  if (facts.isMergeable === false) found.push({ change: number, kind: "merge_conflict" });
  found.push(...voteFindings(number, facts.labels ?? []), ...dependencyFindings(change, facts, selected));
  return found;
}

/** Branches of MediaWiki and its extensions are deployed as `wmf/…`: the change itself was selected, not its cherry-pick. */
function isUnusualBranch({ project, branch }: SelectedChange): boolean {
  return project.startsWith("mediawiki/") && !branch.startsWith("wmf/");
}

function historyFinding(change: number, { jobs }: ChangeFacts): Finding | undefined {
  const open = jobs.find(({ state }) => !isTerminal(state));
  if (open !== undefined) return { change, kind: "in_progress", job: open };
  // A revert that was rolled back has left the change where it was.
  const decisive = jobs.find(
    ({ kind, outcome }) => outcome === "completed" || (isRollback(outcome) && kind !== REVERT),
  );
  return decisive === undefined ? undefined : { change, kind: findingAfter(decisive), job: decisive };
}

function findingAfter({
  kind,
  outcome,
}: ChangeJob): "deployed_before" | "reverted_before" | "rolled_back_before" {
  if (isRollback(outcome)) return "rolled_back_before";
  return kind === REVERT ? "reverted_before" : "deployed_before";
}

function isRollback(outcome: Outcome | null): boolean {
  return outcome === "rolled_back" || outcome === "rollback_failed";
}

function voteFindings(change: number, labels: readonly Label[]): Finding[] {
  const found: Finding[] = [];
  const review = labels.find(({ name }) => name === "Code-Review");
  const lowest = lowestVote(review);
  if (review !== undefined && lowest !== undefined && lowest.value < 0) {
    found.push({ change, kind: lowest.value <= review.min ? "veto" : "negative_review", vote: lowest });
  }
  const ci = lowestVote(labels.find(({ name }) => name === "Verified"));
  if (ci !== undefined && ci.value < 0) found.push({ change, kind: "ci_failed", vote: ci });
  return found;
}

function lowestVote(label: Label | undefined): Vote | undefined {
  return label?.votes.toSorted((a, b) => a.value - b.value)[0];
}

function dependencyFindings(
  { number: change, branch }: SelectedChange,
  facts: ChangeFacts,
  selected: ReadonlySet<number>,
): Finding[] {
  const unresolved = (facts.unresolvedDependencies ?? []).map((reference): Finding => ({
    change,
    kind: "unresolved_dependency",
    reference,
  }));
  const missing = (facts.dependencies ?? []).flatMap((dependency): Finding[] => {
    const { number, status } = dependency;
    if (status === "MERGED" || selected.has(number)) return [];
    if (status === "ABANDONED") return [{ change, kind: "abandoned_dependency", dependency }];
    const isRequired = dependency.kind === "parent" || dependency.branch === branch;
    return [{ change, kind: isRequired ? "missing_dependency" : "missing_elsewhere", dependency }];
  });
  return [...missing, ...unresolved];
}

/** Selected changes that depend on each other in a circle; each circle once. */
function cyclesOf(changes: readonly SelectedChange[]): Finding[] {
  const dependencies = new Map(
    changes.map(({ number, facts }) => [number, (facts?.dependencies ?? []).map((one) => one.number)]),
  );
  const done = new Set<number>();
  const found: Finding[] = [];
  const visit = (number: number, path: readonly number[]): void => {
    const start = path.indexOf(number);
    if (start >= 0) {
      const numbers = path.slice(start);
      found.push({ change: Math.min(...numbers), kind: "dependency_cycle", numbers });
      return;
    }
    if (done.has(number)) return;
    for (const next of dependencies.get(number) ?? []) visit(next, [...path, number]);
    done.add(number);
  };
  for (const { number } of changes) visit(number, []);
  return found;
}
