// The changes that a change depends on: its unmerged ancestors, and those that its `Depends-On` footers name.
import { z } from "zod";
import { type Dependency, dependsOnFooters, inBranchOf, isChangeId } from "../domain/change-dependency.ts";
import { isReferenceTo, parseChangeReference } from "../domain/change-reference.ts";
import type { Log } from "../log.ts";
import { changeInfo, type ChangeInfo } from "./change-info.ts";
import { getFromGerrit } from "./get.ts";
import { searchUrl } from "./search-url.ts";

/** Gerrit limits the terms of a query; a longer chain of dependencies is shown in Gerrit. */
const DEPENDENCIES_MAX = 30;
/** Branches or projects that have a change of the same Change-Id or number. */
const TWINS_MAX = 5;

type Dependencies = { dependencies: Dependency[]; unresolvedDependencies: string[] };

type Request = {
  baseUrl: string;
  /** The URL of its current revision. */
  revision: string;
  info: ChangeInfo;
  message: string | null;
  log: Log | undefined;
};

/** @throws AppError gerrit_… */
export async function readDependencies(request: Request): Promise<Dependencies> {
  const { baseUrl, revision, info, message, log } = request;
  const related = await getFromGerrit(new URL(`${revision}/related`), relatedInfo, log);
  const parents = parentsOf(info._number, related.changes);
  const footers = message === null ? [] : dependsOnFooters(message);
  const terms = termsOf(parents, footers, baseUrl);
  if (terms.length === 0) return { dependencies: [], unresolvedDependencies: footers };
  const url = searchUrl(baseUrl, terms.join(" OR "), terms.length * TWINS_MAX, []);
  const candidates = await getFromGerrit(url, z.array(changeInfo), log);
  return resolveDependencies(info, { parents, footers, candidates, baseUrl });
}

const relatedInfo = z.object({
  changes: z.array(z.object({ _change_number: z.int().optional(), status: z.string().optional() })),
});

/** Newest first: the entries after the change are its ancestors. A commit without a change has no number. */
function parentsOf(number: number, related: z.infer<typeof relatedInfo>["changes"]): number[] {
  const here = related.findIndex((one) => one._change_number === number);
  if (here < 0) return [];
  const ancestors = related.slice(here + 1).filter(({ status }) => status !== "MERGED");
  return [...new Set(ancestors.flatMap((one) => one._change_number ?? []))].slice(0, DEPENDENCIES_MAX);
}

function termsOf(parents: readonly number[], footers: readonly string[], baseUrl: string): string[] {
  const ids = footers.flatMap((footer) => {
    if (isChangeId(footer)) return footer;
    const reference = parseChangeReference(footer, baseUrl);
    return reference.ok ? String(reference.number) : [];
  });
  return [...new Set([...parents.map(String), ...ids])]
    .slice(0, DEPENDENCIES_MAX)
    .map((id) => `change:${id}`);
}

type Named = {
  parents: readonly number[];
  footers: readonly string[];
  candidates: readonly ChangeInfo[];
  baseUrl: string;
};

function resolveDependencies(
  self: ChangeInfo,
  { parents, footers, candidates, baseUrl }: Named,
): Dependencies {
  const others = candidates.filter((one) => one._number !== self._number);
  const ofParents = parents.flatMap((number) =>
    others
      .filter((one) => one._number === number && one.project === self.project)
      .map((one) => dependencyOf("parent", one)),
  );
  const unresolvedDependencies: string[] = [];
  const ofFooters = footers.flatMap((footer) => {
    if (footer === self.change_id) return [];
    const named = inBranchOf(
      self.branch,
      others.filter((one) => isNamedBy(footer, one, baseUrl)),
    );
    if (named.length === 0) unresolvedDependencies.push(footer);
    return named.map((one) => dependencyOf("depends_on", one));
  });
  const all = [...ofParents, ...ofFooters];
  return {
    dependencies: all.filter(({ number }, index) => all.findIndex((one) => one.number === number) === index),
    unresolvedDependencies,
  };
}

function isNamedBy(footer: string, info: ChangeInfo, baseUrl: string): boolean {
  if (isChangeId(footer)) return info.change_id === footer;
  const reference = parseChangeReference(footer, baseUrl);
  return reference.ok && isReferenceTo(reference, { number: info._number, project: info.project });
}

function dependencyOf(kind: Dependency["kind"], info: ChangeInfo): Dependency {
  const { _number: number, project, branch, subject, status } = info;
  return { kind, number, project, branch, subject, status };
}
