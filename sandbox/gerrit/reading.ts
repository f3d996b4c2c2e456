// The calls that read: searching, one change, and what hangs on one of its patch sets.
import { sendText } from "../http.ts";
import { findChange, findPatchSet, numberParameter, optionsOf, sendJson, type Call } from "./call.ts";
import { changeInfo, commitInfo, filesInfo } from "./change-info.ts";
import { parseQuery } from "./query.ts";
import { currentPatchSet, type Change, type PatchSet } from "./records.ts";
import { Refused } from "./refused.ts";
import type { Reviews } from "./reviews.ts";

const listLimitDefault = 25;
const listLimitMax = 500;

export async function listChanges({ options, reviews, response, url }: Call): Promise<void> {
  const queries = url.searchParams.getAll("q");
  const wanted = optionsOf(url);
  const lists = (queries.length === 0 ? [""] : queries).map((query) => {
    const { matches, limit } = parseQuery(query, (id) => reviews.account(id));
    const max = Math.min(numberParameter(url, ["n", "limit"]) ?? limit ?? listLimitDefault, listLimitMax);
    const start = numberParameter(url, ["S", "start"]) ?? 0;
    const found = reviews.changes
      .filter(matches)
      .toSorted((a, b) => b.updated.localeCompare(a.updated) || b.number - a.number);
    return { page: found.slice(start, start + max), more: found.length > start + max };
  });
  const answers = await Promise.all(
    lists.map(async ({ page, more }) => {
      const infos = await Promise.all(
        page.map((change) => changeInfo(reviews, change, wanted, options.gerritUrl())),
      );
      const last = infos.at(-1);
      if (more && last !== undefined) last["_more_changes"] = true;
      return infos;
    }),
  );
  sendJson(response, queries.length > 1 ? answers : answers[0]);
}

export async function readChange(call: Call, id: string, rest: string[]): Promise<void> {
  const { options, reviews, response, url } = call;
  const change = findChange(reviews, id);
  const [what, revision, view = "commit"] = rest;
  const wanted = optionsOf(url);
  if (what === undefined)
    return sendJson(response, await changeInfo(reviews, change, wanted, options.gerritUrl()));
  if (what === "detail") {
    for (const option of ["DETAILED_LABELS", "DETAILED_ACCOUNTS", "MESSAGES"]) wanted.add(option);
    return sendJson(response, await changeInfo(reviews, change, wanted, options.gerritUrl()));
  }
  if (what === "messages") {
    const info = await changeInfo(
      reviews,
      change,
      new Set(["MESSAGES", "DETAILED_ACCOUNTS"]),
      options.gerritUrl(),
    );
    return sendJson(response, info["messages"]);
  }
  if (what !== "revisions" || revision === undefined) throw new Refused(404, `Not found: ${what}`);
  const patchSet = findPatchSet(change, revision);
  switch (view) {
    case "commit":
      return sendJson(response, { commit: patchSet.commit, ...commitInfo(patchSet) });
    case "mergeable":
      // The real server refuses this for a merged change too; that makes a client that asks while a merge
      // happens fail once in a while, which nobody wants of a sandbox.
      if (change.status === "ABANDONED") throw new Refused(409, "change is abandoned");
      return sendJson(response, {
        submit_type: "MERGE_IF_NECESSARY",
        mergeable: await isMergeable(call, change, patchSet),
      });
    case "related":
      return sendJson(response, { changes: relatedChanges(reviews, change, patchSet) });
    case "files":
      return sendJson(response, await filesInfo(reviews, change, patchSet, true));
    case "patch": {
      const patch = await reviews.repository(change.project).diff(patchSet.commit);
      return sendText(response, 200, Buffer.from(patch).toString("base64"));
    }
    default:
      throw new Refused(404, `Not found: ${view}`);
  }
}

async function isMergeable({ reviews }: Call, change: Change, patchSet: PatchSet): Promise<boolean> {
  return (await reviews.repository(change.project).tryMerge(change.branch, patchSet.commit)).tree !== null;
}

/** The chain a patch set stands in, newest first, and nothing when it stands alone. */
function relatedChanges(reviews: Reviews, change: Change, patchSet: PatchSet): object[] {
  const all = reviews.changes
    .filter((other) => other.project === change.project && other.branch === change.branch)
    .flatMap((other) => other.patchSets.map((each) => ({ change: other, patchSet: each })));
  type Link = (typeof all)[number];
  const above = (link: Link): Link[] =>
    all
      .filter((other) => other.patchSet.parents.includes(link.patchSet.commit))
      .flatMap((child) => [...above(child), child]);
  const below = (link: Link): Link[] =>
    all
      .filter((other) => link.patchSet.parents.includes(other.patchSet.commit))
      .flatMap((parent) => [parent, ...below(parent)]);
  const self = { change, patchSet };
  const chain = [...above(self), self, ...below(self)];
  if (chain.length === 1) return [];
  return chain.map((link) => ({
    project: link.change.project,
    change_id: link.change.changeId,
    commit: { commit: link.patchSet.commit, ...commitInfo(link.patchSet) },
    _change_number: link.change.number,
    _revision_number: link.patchSet.number,
    _current_revision_number: currentPatchSet(link.change).number,
    status: link.change.status,
    submittable: false,
  }));
}
