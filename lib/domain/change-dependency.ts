// What a change depends on: footers `Depends-On:` in its commit message, and the unmerged commits below it. Pure.

export const DEPENDENCY_KINDS = ["depends_on", "parent"] as const;
export type DependencyKind = (typeof DEPENDENCY_KINDS)[number];

export type Dependency = {
  /** `parent`: an ancestor of its commit. `depends_on`: named by a footer. */
  kind: DependencyKind;
  number: number;
  project: string;
  branch: string;
  subject: string;
  /** In Gerrit: `NEW`, `MERGED` or `ABANDONED`. */
  status: string;
};

/** A change needs more dependencies than this only by mistake; the rest is not looked up. */
const FOOTERS_MAX = 20;

/** The Change-Ids and URLs of the `Depends-On:` footers, in order and without duplicates. */
export function dependsOnFooters(message: string): string[] {
  const values = [...message.matchAll(/^Depends-On:[ \t]*(\S+)[ \t]*$/gim)].flatMap(
    ([, value]) => value ?? [],
  );
  return [...new Set(values)].slice(0, FOOTERS_MAX);
}

export function isChangeId(text: string): boolean {
  return /^I[0-9a-f]{40}$/.test(text);
}

/**
 * Several branches can have a change with the same Change-Id, because a cherry-pick keeps it. The one in the branch of
 * the dependent change counts; without it, all of them, because projects name their branches differently.
 */
export function inBranchOf<Candidate extends { branch: string }>(
  branch: string,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  const same = candidates.filter((one) => one.branch === branch);
  return same.length > 0 ? same : candidates;
}
