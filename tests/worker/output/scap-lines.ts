// Lines of scap that many transcripts share, in the wording of 4.283.0. Sources: scap/backport.py, scap/main.py, scap/log.py of
// wikimedia/mediawiki-tools-scap.
import type { Asked } from "./ended-job.ts";

export const CHECKED = [
  "12:00:00 Checking whether requested changes are valid for backport...",
  "12:00:00 Root change '1' processed with 0 relevant dependencies",
];
export const CONFIRMED = [
  "The following changes are scheduled for backport:",
  "│ 1 │ operations/mediawiki-config │ master │ A change │",
  "Backport the changes? [y/N]: y",
];
export const VOTED = [
  "12:00:05 Voting on 1 change(s)",
  "12:00:06 Change 1 approved",
  "12:00:06 Waiting for changes to be merged. This may take some time if there are long running tests.",
];
export const MERGED = [
  ...CHECKED,
  ...CONFIRMED,
  ...VOTED,
  "12:01:00 awaiting-backport-merges: 100% (ok: 1; fail: 0; left: 0)",
  "12:01:00 All changes have been merged",
  "12:01:00 Collecting commits to deploy...",
  "From https://gerrit.wikimedia.org/r/operations/mediawiki-config",
  "   1a2b3c4..4d5e6f7  master     -> origin/master",
  "12:01:05 No merge commit found.",
  "12:01:06 Started scap prep auto",
  "12:01:30 Finished scap prep auto (duration: 00m 24s)",
];
export const SYNC = [
  "12:02:00 Started scap sync-world: Backport for [[gerrit:1|A change (T1)]]",
  "12:02:01 Started cache_git_info",
  "12:02:02 Finished cache_git_info (duration: 00m 01s)",
];
const PROGRESS = "12:03:00 K8s deployment progress: 100% (ok: 8; fail: 0; left: 0)";
export const stage = (name: string) => [
  `12:03:00 Started sync-${name}-k8s`,
  PROGRESS,
  `12:03:30 Finished sync-${name}-k8s (duration: 00m 30s)`,
];
export const PAUSE = [
  "12:04:00 ada: Backport for [[gerrit:1|A change (T1)]] synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug). Changes can now be verified there.",
  "Changes synced to the testservers (see https://wikitech.wikimedia.org/wiki/Mwdebug)",
  "Before continuing, please do any necessary checks if you haven't already.",
  "",
  "[y] Yes, continue with deployment",
  "[n] No, roll back deployment and terminate",
];
const CONTINUED = [
  "Continue with deployment? (default: [n]): y",
  "12:05:00 ada, ben: Continuing with deployment",
];
export const CANARIES_CHECKED = [
  "12:06:00 Waiting 20 seconds for canary traffic...",
  "12:06:20 Logstash checker counted 9 error(s) in the last 20 seconds. OK.",
];
export const TESTSERVERS = [...MERGED, ...SYNC, ...stage("testservers"), ...PAUSE];
export const CANARIES = [...TESTSERVERS, ...CONTINUED, ...stage("canaries")];
export const PRODUCTION = [...CANARIES, ...CANARIES_CHECKED, ...stage("prod")];
export const finalLine = (verb: "Finished" | "Failed") =>
  `12:09:00 ${verb} scap sync-world: Backport for [[gerrit:1|A change (T1)]] (duration: 07m 00s)`;
export const DEPLOYED = [...PRODUCTION, finalLine("Finished")];

export const childFailed = (status: number | string, child = "sync-world") =>
  `12:09:01 backport failed: <CalledProcessError> Command '['/usr/bin/scap', '${child}']' ${
    typeof status === "number" ? `returned non-zero exit status ${status}.` : status
  } (scap version: 4.283.0) (duration: 09m 00s)`;

export const summary = (states: readonly [string, string, string], result: string) => [
  "",
  "Kubernetes deployment summary:",
  `- testservers: ${states[0]}`,
  `- canaries: ${states[1]}`,
  `- production: ${states[2]}`,
  `Result: ${result}`,
  "See the job log for detailed error information.",
];

export const BACKPORT: Asked = ["Backport the changes?", "yes", true];
export const YES: Asked = ["Continue with deployment?", "Yes, continue with deployment", "y"];
export const NO: Asked = ["Continue with deployment?", "No, roll back deployment and terminate", "n"];
export const ROLL_BACK: Asked = ["What do you want to do?", "Roll back all stages and terminate", "b"];
