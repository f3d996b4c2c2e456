// Pushes new versions of wikis to the review server as a change, and waits for its merge.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PlainExit } from "../errors.ts";
import { git } from "../git.ts";
import { openGerrit } from "../gerrit.ts";
import { actor, pause, reportStatus, type Session } from "../session.ts";
import type { StagedRepository } from "../staging.ts";

const POLL_INTERVAL_MS = 5_000;
const ATTEMPTS_MAX = 60;

/** @param text the new wikiversions.json. Nothing is pushed if it is the same. */
export async function pushVersions(
  session: Session,
  { directory, project, branch }: StagedRepository,
  text: string,
  message: string,
): Promise<void> {
  const { out } = session;
  writeFileSync(join(directory, "wikiversions.json"), text);
  if ((await git(session, directory, ["status", "--porcelain", "wikiversions.json"])) === "") return;
  const changeId = `I${createHash("sha1").update(`${message} ${Date.now()} ${process.pid}`).digest("hex")}`;
  await git(session, directory, ["add", "wikiversions.json"]);
  await git(session, directory, ["commit", "--quiet", "-m", `${message}\n\nChange-Id: ${changeId}`]);
  out.info("Pushing versions update patch");
  await git(session, directory, ["push", "--quiet", "origin", `+HEAD:refs/for/${branch}`]);
  await git(session, directory, ["reset", "--quiet", "--hard", "HEAD^"]);
  const gerrit = openGerrit(session);
  const change = await gerrit.upload({ project, branch });
  await gerrit.approve(change, `Approved by ${actor(session)} using scap deploy-promote`);
  const url = `${session.settings.sandbox.gerritUrl}/c/${project}/+/${change.number}`;
  const waiting = `Waiting for jenkins to merge change ${url}`;
  out.info(waiting);
  reportStatus(session, waiting);
  await awaitMerge(session, directory, branch, changeId);
  reportStatus(session, null);
  out.info("Running git pull");
  await git(session, directory, ["reset", "--quiet", "--hard", `origin/${branch}`]);
}

/** Prints a dot for each poll, as scap does on a terminal. */
async function awaitMerge(
  session: Session,
  directory: string,
  branch: string,
  changeId: string,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    await git(session, directory, ["fetch", "--quiet", "origin"]);
    const news = await git(session, directory, ["log", `HEAD..origin/${branch}`]);
    if (news.includes(changeId)) {
      session.out.stdout("\n");
      return;
    }
    session.out.stdout(".");
    await pause(session, POLL_INTERVAL_MS);
  }
  throw new PlainExit("Aborting: Waited for 300 seconds but the patch was not merged");
}
