// The calls that write: votes, reverts, and two of the sandbox's own.
import { redirect } from "../http.ts";
import { callerOf, findChange, jsonBody, optionsOf, sendJson, type Call } from "./call.ts";
import { changeInfo } from "./change-info.ts";
import { currentPatchSet } from "./records.ts";
import { Refused } from "./refused.ts";
import { isLabel, labelRanges, type Votes } from "./votes.ts";

export async function alterChange(call: Call, id: string, rest: string[]): Promise<void> {
  const { reviews, response, url } = call;
  const change = findChange(reviews, id);
  const body = await jsonBody(call);
  const text = typeof body["message"] === "string" ? body["message"] : "";
  switch (rest.join("/")) {
    case "revert": {
      const revert = await reviews.revert(change.number, callerOf(call), text);
      return sendJson(response, await changeInfo(reviews, revert, optionsOf(url)));
    }
    case "revisions/current/review": {
      const labels = toVotes(body["labels"] ?? {});
      const patchSet = currentPatchSet(change).number;
      await reviews.vote(change.number, { patchSet, voter: callerOf(call), labels, text });
      return sendJson(response, { labels });
    }
    default:
      throw new Refused(404, "Not Found");
  }
}

/**
 * Calls that a real Gerrit does not have: a reset, a change of a pushed commit, which Gerrit creates by itself, and a new patch set
 * as if the author had uploaded it.
 */
export async function alterSandbox(call: Call): Promise<void> {
  const { options, reviews, request, response, path, url } = call;
  const [, what, id, verb] = path;
  if (what === "reset" && id === undefined) {
    await options.reset();
    return request.headers["sec-fetch-dest"] === "document"
      ? redirect(response, "/")
      : sendJson(response, {});
  }
  if (what === "changes" && id === undefined) {
    const { project, branch } = await jsonBody(call);
    if (typeof project !== "string" || typeof branch !== "string") {
      throw new Refused(400, "project and branch must be texts");
    }
    const uploaded = await reviews.upload(project, branch, callerOf(call));
    return sendJson(response, await changeInfo(reviews, uploaded, optionsOf(url)));
  }
  if (what !== "changes" || id === undefined || verb !== "patch-set") throw new Refused(404, "Not Found");
  const change = await reviews.addPatchSet(findChange(reviews, id).number);
  sendJson(response, await changeInfo(reviews, change, new Set(["CURRENT_REVISION"])));
}

function toVotes(given: unknown): Votes {
  if (typeof given !== "object" || given === null) throw new Refused(400, "labels must be an object");
  for (const [label, value] of Object.entries(given)) {
    if (!isLabel(label)) throw new Refused(400, `label "${label}" is not a configured label`);
    const [lowest, highest] = labelRanges[label];
    if (!Number.isInteger(value) || value < lowest || value > highest) {
      throw new Refused(400, `label "${label}": ${JSON.stringify(value)} is not a valid value`);
    }
  }
  return given;
}
