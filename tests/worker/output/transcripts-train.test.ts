// What the page says about the train. The transcripts follow scap/deploy_promote.py of wikimedia/mediawiki-tools-scap, and the end
// of `sync-wikiversions` in scap/main.py.
import { type Asked, testEach } from "./ended-job.ts";
import { stage, summary } from "./scap-lines.ts";

const PROMOTED = [
  "Promote group1 from 1.46.0-wmf.2 to 1.46.0-wmf.3 [y/N]: y",
  "12:00:05 Pushing versions update patch",
];
const WAITING = "12:00:09 Waiting for jenkins to merge change https://gerrit.wikimedia.org/r/7";
const SYNCING = [
  ...PROMOTED,
  WAITING,
  "......",
  "12:01:00 Running git pull",
  "12:01:01 Running scap sync-wikiversions",
];
const VERSION = (result: string) => [
  "12:09:00 ==================================================",
  "Checking version on https://en.wiktionary.org/wiki/Special:Version",
  "Expected: 1.46.0-wmf.3",
  "Actual:   1.46.0-wmf.3",
  `Result:   ${result}`,
  "==================================================",
];
const PROMOTE: Asked = ["Promote group1 from 1.46.0-wmf.2 to 1.46.0-wmf.3", "yes", true];

testEach({
  "a train that reaches production is deployed": {
    lines: [
      ...SYNCING,
      ...stage("testservers"),
      ...stage("canaries"),
      ...stage("prod"),
      "12:08:59 rebuilt and synchronized wikiversions files: group1 to 1.46.0-wmf.3  refs T1",
      ...VERSION("SUCCESS"),
    ],
    exit: 0,
    asked: [PROMOTE],
    outcome: "completed",
    reached: "production",
    reason: null,
  },
  "a train without stages is deployed with its final line": {
    lines: [
      ...SYNCING,
      "12:08:59 rebuilt and synchronized wikiversions files: group1 to 1.46.0-wmf.3  refs T1",
    ],
    exit: 0,
    asked: [PROMOTE],
    outcome: "completed",
    reached: "production",
    reason: null,
  },
  "a train that was interrupted while its change merges may still merge": {
    lines: [...PROMOTED, WAITING, "..."],
    exit: 130,
    asked: [PROMOTE],
    signals: ["interrupt"],
    outcome: "interrupted",
    reached: "nowhere",
    reason: null,
    said: "The +2 vote stays, so the change may still merge",
  },
  "a train that was interrupted while it pushes its change may still merge": {
    lines: [...PROMOTED, "12:00:07 Waiting for jenkins to merge the patch"].slice(0, 2),
    exit: 130,
    asked: [PROMOTE],
    signals: ["interrupt"],
    outcome: "interrupted",
    reached: "nowhere",
    reason: null,
    said: "may still merge",
  },
  "a change of the train that does not merge in time refuses the train, and may still merge": {
    lines: [...PROMOTED, WAITING, "......Aborting: Waited for 300 seconds but the patch was not merged"],
    exit: 1,
    asked: [PROMOTE],
    outcome: "refused",
    reached: "nowhere",
    reason: "Aborting: Waited for 300 seconds but the patch was not merged",
    said: "may still merge",
  },
  "an interrupt of the train at the test servers does not reach production": {
    lines: [...SYNCING, "12:03:00 Started sync-testservers-k8s"],
    exit: 130,
    asked: [PROMOTE],
    signals: ["interrupt"],
    outcome: "interrupted",
    reached: "testservers",
    partial: true,
    reason: null,
  },
  "a train whose version is not seen in production fails, and production may have it": {
    lines: [...SYNCING, ...stage("prod"), ...VERSION("FAIL"), "Aborting: Could not verify version update"],
    exit: 1,
    asked: [PROMOTE],
    outcome: "exit_nonzero",
    reached: "production",
    reason: "Aborting: Could not verify version update",
  },
  "a train that was rolled back and reverted leaves nothing merged": {
    lines: [
      ...SYNCING,
      ...stage("testservers"),
      "Continue with deployment? (default: [n]): n",
      "12:05:00 ada: Rolling back deployment",
      ...summary(["rolled-back", "not-started", "not-started"], "rolled back"),
      "12:06:00 failed to synchronize wikiversions files: group1 to 1.46.0-wmf.3  refs T1",
      '12:06:01 The deployment was rolled back. Reverting "group1 to 1.46.0-wmf.3"',
      "12:06:02 Pushing the revert of the versions update patch",
      "12:06:03 Waiting for jenkins to merge change https://gerrit.wikimedia.org/r/8",
      "12:07:00 Running git pull",
      '12:07:01 Reverted "group1 to 1.46.0-wmf.3"',
    ],
    exit: 1,
    asked: [PROMOTE, ["Continue with deployment?", "No, roll back deployment and terminate", "n"]],
    outcome: "rolled_back",
    reached: "nowhere",
    reason: null,
    said: "scap rolled back all servers.",
  },
  "a promotion that was declined changes nothing": {
    lines: ["Promote group1 from 1.46.0-wmf.2 to 1.46.0-wmf.3 [y/N]: n", "Aborting: Canceled by user"],
    exit: 1,
    asked: [[PROMOTE[0], "no", false]],
    outcome: "declined",
    reached: "nowhere",
    reason: "Aborting: Canceled by user",
  },
});
