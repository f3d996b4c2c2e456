// The calls that read changes: searching, one change, and its current revision.
import { findChange, numberParameter, optionsOf, sendJson, type Call } from "./call.ts";
import { changeInfo, filesInfo } from "./change-info.ts";
import { parseQuery } from "./query.ts";
import { currentPatchSet, type Change, type PatchSet } from "./records.ts";
import { Refused } from "./refused.ts";
import type { Reviews } from "./reviews.ts";

const LIST_LIMIT_DEFAULT = 25;

export async function listChanges({ reviews, response, url }: Call): Promise<void> {
  const found = reviews
    .changes()
    .filter(parseQuery(url.searchParams.get("q") ?? "status:open"))
    .toSorted((a, b) => b.updated.localeCompare(a.updated) || b.number - a.number)
    .slice(0, numberParameter(url, "n") ?? LIST_LIMIT_DEFAULT);
  const options = optionsOf(url);
  sendJson(response, await Promise.all(found.map((change) => changeInfo(reviews, change, options))));
}

export async function readChange(call: Call, id: string, rest: string[]): Promise<void> {
  const { reviews, response, url } = call;
  const change = findChange(reviews, id);
  const options = optionsOf(url);
  if (rest.length === 0) return sendJson(response, await changeInfo(reviews, change, options));
  switch (rest.join("/")) {
    case "detail":
      for (const option of ["DETAILED_LABELS", "DETAILED_ACCOUNTS", "MESSAGES"]) options.add(option);
      return sendJson(response, await changeInfo(reviews, change, options));
    case "revisions/current/mergeable":
      // The real server refuses this for a merged change. A client that asks while the change is being merged would
      // fail at random, so the sandbox answers.
      return sendJson(response, { mergeable: await reviews.isMergeable(change) });
    case "revisions/current/related":
      return sendJson(response, { changes: relatedChanges(reviews, change) });
    case "revisions/current/files":
      return sendJson(response, { "/COMMIT_MSG": {}, ...(await filesInfo(reviews, change)) });
    default:
      throw new Refused(404, "Not Found");
  }
}

type Link = { change: Change; patchSet: PatchSet };

/** The chain of dependent changes that this one is part of, newest first; empty when it is not part of one. */
function relatedChanges(reviews: Reviews, change: Change): object[] {
  const all: Link[] = reviews
    .changes()
    .filter((other) => other.project === change.project && other.branch === change.branch)
    .flatMap((other) => other.patchSets.map((patchSet) => ({ change: other, patchSet })));
  const descendants = (link: Link): Link[] =>
    all
      .filter((other) => other.patchSet.parents.includes(link.patchSet.commit))
      .flatMap((child) => [...descendants(child), child]);
  const ancestors = (link: Link): Link[] =>
    all
      .filter((other) => link.patchSet.parents.includes(other.patchSet.commit))
      .flatMap((parent) => [parent, ...ancestors(parent)]);
  const self = { change, patchSet: currentPatchSet(change) };
  const chain = [...descendants(self), self, ...ancestors(self)];
  return chain.length === 1 ? [] : chain.map(relatedInfo);
}

function relatedInfo({ change, patchSet }: Link): object {
  const { commit, parents, subject } = patchSet;
  return {
    project: change.project,
    change_id: change.changeId,
    commit: { commit, parents: parents.map((parent) => ({ commit: parent })), subject },
    _change_number: change.number,
    _revision_number: patchSet.number,
    _current_revision_number: currentPatchSet(change).number,
    status: change.status,
  };
}
