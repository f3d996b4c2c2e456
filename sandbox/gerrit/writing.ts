// The calls that alter: votes, reverts, abandoning, and the sandbox's own ones.
import { redirect } from "../http.ts";
import { findChange, findPatchSet, jsonBody, login, optionsOf, sendJson, voter, type Call } from "./call.ts";
import { changeInfo } from "./change-info.ts";
import { Refused } from "./refused.ts";
import { isLabel, labelRanges, type Votes } from "./votes.ts";

export async function alterChange(call: Call, id: string, rest: string[]): Promise<void> {
  const { options, reviews, response, url } = call;
  const change = findChange(reviews, id);
  const wanted = optionsOf(url);
  const body = await jsonBody(call);
  const text = typeof body["message"] === "string" ? body["message"] : "";
  const [what, revision, verb] = rest;
  if (what === "abandon") {
    await reviews.abandon(change.number, voter(call), text);
    return sendJson(response, await changeInfo(reviews, change, wanted, options.gerritUrl()));
  }
  if (what === "revert") {
    const revert = await reviews.revert(change.number, voter(call), text);
    return sendJson(response, await changeInfo(reviews, revert, wanted, options.gerritUrl()));
  }
  if (what !== "revisions" || revision === undefined || verb !== "review")
    throw new Refused(404, "Not Found");
  const patchSet = findPatchSet(change, revision).number;
  const labels = votesOf(body["labels"] ?? {});
  await reviews.vote(change.number, { patchSet, voter: voter(call), labels, text });
  sendJson(response, { labels });
}

/** Calls that a real Gerrit does not have: tests and visitors move the world along with them. */
export async function moveWorld(call: Call): Promise<void> {
  const { options, reviews, response, path } = call;
  const [, what, id, verb] = path;
  if (what === "reset" && id === undefined) {
    await options.reset();
    return call.request.headers["sec-fetch-dest"] === "document"
      ? redirect(response, "/")
      : sendJson(response, {});
  }
  if (what !== "changes" || id === undefined || verb !== "patch-set") throw new Refused(404, "Not Found");
  const body = await jsonBody(call);
  const change = await reviews.addPatchSet(findChange(reviews, id).number, login(call), {
    message: typeof body["message"] === "string" ? body["message"] : null,
    files: filesOf(body["files"] ?? {}),
  });
  sendJson(response, await changeInfo(reviews, change, new Set(["CURRENT_REVISION"]), options.gerritUrl()));
}

function votesOf(given: unknown): Votes {
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

function filesOf(given: unknown): Record<string, string> {
  if (typeof given !== "object" || given === null) throw new Refused(400, "files must be an object");
  for (const [path, text] of Object.entries(given)) {
    const steps = path.split("/");
    const leadsAstray = steps.some((step) => ["", ".", "..", ".git"].includes(step.toLowerCase()));
    if (leadsAstray || /\p{Cc}/u.test(path)) throw new Refused(400, `not a path of a file: ${path}`);
    if (typeof text !== "string") throw new Refused(400, `not the text of a file: ${path}`);
  }
  return given as Record<string, string>;
}
