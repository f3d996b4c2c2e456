// Sentences about what a deployer should know before a deployment is queued. Pure.
import type { ChangeFacts, ChangeJob, Finding, Label, SelectedChange } from "#lib/domain/preflight.ts";
import { listOf } from "#lib/domain/change-reference.ts";
import { REVERT } from "#lib/domain/operation.ts";
import type { UnknownFactName } from "#lib/contract/change.ts";
import { plural } from "./format.ts";
import { jobLabel, type Tone } from "./labels.ts";

/** The sentence without the number of the change that it is about. */
export function findingText(finding: Finding): string {
  switch (finding.kind) {
    case "abandoned":
      return "was abandoned. Restore it in Gerrit first.";
    case "work_in_progress":
      return "is marked as work in progress. Mark it as ready first.";
    case "merge_conflict":
      return "conflicts with its branch. Rebase it first.";
    case "veto":
      return `has Code-Review ${signed(finding.vote.value)} from ${finding.vote.by}, so it cannot be merged.`;
    case "negative_review":
      return `has Code-Review ${signed(finding.vote.value)} from ${finding.vote.by}.`;
    case "ci_failed":
      return `has Verified ${signed(finding.vote.value)} from ${finding.vote.by}: its tests failed.`;
    case "missing_dependency":
      return `depends on ${finding.dependency.number}, which is neither merged nor selected.`;
    case "missing_elsewhere":
      return `depends on ${finding.dependency.number} in branch ${finding.dependency.branch}, which is neither merged nor selected.`;
    case "abandoned_dependency":
      return `depends on ${finding.dependency.number}, which was abandoned.`;
    case "unresolved_dependency":
      return `depends on ${finding.reference}, which is not a change in this Gerrit.`;
    case "dependency_cycle":
      return finding.numbers.length === 1
        ? "depends on itself."
        : `is in a dependency cycle: ${listOf(finding.numbers.map(String), "and")}.`;
    case "unusual_branch":
      return "is not in a wmf/… branch. Select its cherry-pick instead.";
    case "merged":
      return "is already merged. scap deploys it again.";
    case "in_progress":
      return inProgressText(finding.job);
    case "reverted_before":
      return "was reverted. Its revert stays merged: deploy a new change that restores it.";
    case "deployed_before":
      return "was already deployed.";
    case "rolled_back_before":
      return "was rolled back the last time.";
  }
}

function inProgressText({ kind, state }: ChangeJob): string {
  if (state === "queued") return "is already in the queue.";
  return kind === REVERT ? "is being reverted." : "is being deployed.";
}

/** "+1", "-2" with a real minus sign. */
export function signed(value: number): string {
  return value > 0 ? `+${value}` : value < 0 ? `−${Math.abs(value)}` : "0";
}

const UNKNOWN_FACTS: Record<UnknownFactName, string> = {
  change: "message, files and votes",
  mergeable: "merge conflicts",
  dependencies: "dependencies",
};

/** "Gerrit is unreachable. Unknown: merge conflicts and dependencies." */
export function unknownText(
  unknown: readonly { fact: UnknownFactName; reason: string }[],
): string | undefined {
  const [first] = unknown;
  if (first === undefined) return undefined;
  const facts = unknown.some(({ fact }) => fact === "change")
    ? ["everything that Gerrit knows about it"]
    : unknown.map(({ fact }) => UNKNOWN_FACTS[fact]);
  return `${first.reason} Unknown: ${listOf([...new Set(facts)], "and")}.`;
}

/** The headline above the findings. */
export function preflightTitle(blocks: number, warnings: number): string | undefined {
  if (blocks > 0) return "scap will refuse this deployment";
  return warnings > 0 ? plural(warnings, "warning", "warnings") : undefined;
}

export type FactText = { text: string; tone: Tone };

/** The state of a change in at most four short parts. */
export function factTexts(
  { facts }: Pick<SelectedChange, "facts">,
  files: { count: number; inserted: number; deleted: number } | undefined,
): FactText[] {
  if (facts === undefined) return [];
  const size =
    files === undefined
      ? []
      : [neutral(`${plural(files.count, "file", "files")} +${files.inserted} −${files.deleted}`)];
  if (facts.status === "MERGED") return [{ text: "Merged", tone: "warning" }, ...size];
  return [...size, ...labelTexts(facts.labels), ...mergeText(facts)];
}

function labelTexts(labels: ChangeFacts["labels"]): FactText[] {
  if (labels === null) return [];
  const review = extremeVote(labels.find(({ name }) => name === "Code-Review"));
  const ci = extremeVote(labels.find(({ name }) => name === "Verified"));
  return [
    review === undefined
      ? neutral("Not reviewed")
      : { text: `Review ${signed(review)}`, tone: review < 0 ? "error" : "success" },
    ci === undefined
      ? neutral("No test result")
      : { text: ci < 0 ? "Tests failed" : "Tests passed", tone: ci < 0 ? "error" : "success" },
  ];
}

/** The lowest vote if one is negative, otherwise the highest. */
function extremeVote(label: Label | undefined): number | undefined {
  const values = (label?.votes ?? []).map(({ value }) => value);
  if (values.length === 0) return undefined;
  return Math.min(...values) < 0 ? Math.min(...values) : Math.max(...values);
}

function mergeText({ isMergeable }: ChangeFacts): FactText[] {
  if (isMergeable === null) return [];
  return [isMergeable ? neutral("No conflict") : { text: "Merge conflict", tone: "error" }];
}

function neutral(text: string): FactText {
  return { text, tone: "neutral" };
}

/** "Job 12: Rolled back" */
export function jobText(job: { id: number } & Parameters<typeof jobLabel>[0]): string {
  return `Job ${job.id}: ${jobLabel(job).label}`;
}
