// What the page says when scap refuses, when a person declines, and when a deployment fails before it reaches a server. The
// transcripts follow scap/backport.py, scap/lock.py, scap/gerrit.py and scap/runcmd.py of wikimedia/mediawiki-tools-scap.
import { testEach } from "./ended-job.ts";
import { BACKPORT, CHECKED, childFailed, CONFIRMED, MERGED, SYNC, TESTSERVERS, VOTED } from "./scap-lines.ts";

const ask = (key: string) => `What do you want to do? (default: [r]): ${key}`;
const TRACE = [
  "Traceback (most recent call last):",
  '  File "/usr/lib/scap/cli.py", line 600, in run',
  "    exit_status = app.main()",
];

testEach({
  "a revert that was declined deploys nothing": {
    lines: [...CHECKED, "Backport the changes? [y/N]: n", "12:00:09 Backport cancelled"],
    exit: 0,
    asked: [
      ["Please supply a reason for revert", "No longer needed"],
      ["Backport the changes?", "no", false],
    ],
    outcome: "declined",
    reached: "nowhere",
    reason: "Backport cancelled",
    said: "ben answered “No” to “Backport the changes?”. Nothing was deployed.",
  },
  "declined diffs of helm leave the change merged": {
    lines: [...MERGED, "Continue with the deployment? [y/N]: n", "12:02:09 Deployment cancelled."],
    exit: 0,
    asked: [BACKPORT, ["Continue with the deployment?", "no", false]],
    outcome: "declined",
    reached: "merged",
    reason: "Deployment cancelled.",
  },
  "a lock that is not released has the holder of the lock as its reason": {
    lines: [
      '12:00:00 backport is locked by mikko (pid 7) on Mon Nov 30 12:00:00 2026; reason is "Backport for [[gerrit:2|Other]]".',
      "Will wait up to 10 minute(s) for the lock(s) to be released.",
      "....................",
      "12:10:00 Exceeded lock timeout period",
      '12:10:00 backport failed: <LockFailedError> Failed to acquire lock after waiting for 10 minute(s); backport is locked by mikko (pid 7) on Mon Nov 30 12:00:00 2026; reason is "Backport for [[gerrit:2|Other]]".',
      "Aborting (scap version: 4.283.0) (duration: 10m 00s)",
    ],
    exit: 1,
    outcome: "refused",
    reached: "nowhere",
    reason: "backport is locked by mikko (pid 7)",
    said: "Nothing was deployed.",
  },
  "a revert that conflicts has git's error as its reason, not its advice": {
    lines: [
      "12:00:00 Reverting 1 change(s)",
      "CONFLICT (content): Merge conflict in wmf-config/InitialiseSettings.php",
      "error: could not revert abc1234... Enable the visual editor",
      "hint: after resolving the conflicts, mark the corrected paths",
      "hint: with 'git add <paths>' or 'git rm <paths>'",
      "12:00:10 backport failed: <CalledProcessError> Command '['git', 'revert', 'abc1234']' returned non-zero exit status 1. (scap version: 4.283.0) (duration: 00m 10s)",
    ],
    exit: 1,
    outcome: "refused",
    reached: "nowhere",
    reason: "error: could not revert abc1234... Enable the visual editor",
    said: "Nothing was deployed.",
  },
  "code review that is unavailable is an error before anything was deployed": {
    lines: [
      "12:00:00 Unhandled error:",
      ...TRACE,
      "urllib3.exceptions.MaxRetryError: HTTPSConnectionPool(host='gerrit.wikimedia.org', port=443): Max retries exceeded",
      "12:00:01 backport failed: <ConnectionError> HTTPSConnectionPool(host='gerrit.wikimedia.org', port=443): Max retries exceeded with url: /r/changes/1 (scap version: 4.283.0) (duration: 00m 09s)",
    ],
    exit: 1,
    outcome: "exit_nonzero",
    reached: "nowhere",
    reason:
      "HTTPSConnectionPool(host='gerrit.wikimedia.org', port=443): Max retries exceeded with url: /r/changes/1",
    said: "Nothing was deployed.",
  },
  "a refused connection to code review refuses the deployment": {
    lines: ["SSH to gerrit failed. Please check your ssh configuration."],
    exit: 1,
    outcome: "refused",
    reached: "nowhere",
    reason: "SSH to gerrit failed. Please check your ssh configuration.",
  },
  "the first of many reasons of a refusal is shown, with their number": {
    lines: [
      ...CHECKED,
      "Errors found in dependency trails:",
      ...[2, 3, 4, 5, 6, 7].flatMap((number) => [
        "Error for Change '1', project: 'mediawiki/core', branch: 'wmf/1.46.0-wmf.3':",
        `Change '1' has dependency '${number}', which is not merged or scheduled`,
        "for backport",
        "",
      ]),
    ],
    exit: 1,
    outcome: "refused",
    reached: "nowhere",
    reason: "Errors found in dependency trails: Error for Change '1', project: 'mediawiki/core'",
  },
  "a veto refuses the deployment, and the vote stays": {
    lines: [
      ...CHECKED,
      ...CONFIRMED,
      ...VOTED,
      "12:00:40 awaiting-backport-merges:   0% (ok: 0; fail: 0; left: 1)",
      "The change '1' has been rejected (Code-Review -2) by 'Eve'",
    ],
    exit: 1,
    asked: [BACKPORT],
    outcome: "refused",
    reached: "nowhere",
    reason: "The change '1' has been rejected (Code-Review -2) by 'Eve'",
    said: "The +2 vote stays, so the change may still merge",
  },
  "a full disk is the reason of the failure": {
    lines: [
      ...MERGED,
      ...SYNC,
      "12:02:30 Unhandled error:",
      ...TRACE,
      "OSError: [Errno 28] No space left on device",
      "12:02:30 sync-world failed: <OSError> [Errno 28] No space left on device: '/srv/mediawiki-staging/scap' (scap version: 4.283.0) (duration: 00m 30s)",
      childFailed(1),
    ],
    exit: 1,
    asked: [BACKPORT],
    outcome: "exit_nonzero",
    reached: "merged",
    reason: "[Errno 28] No space left on device: '/srv/mediawiki-staging/scap'",
    said: "The change is merged but not deployed.",
  },
  "the error of a command that failed is read to its end": {
    lines: [
      ...MERGED,
      "12:01:31 prep failed: <FailedCommand> Command 'git fetch' failed with exit code 128;",
      "stdout:",
      "stderr:",
      "fatal: write error: No space left on device",
      " (scap version: 4.283.0) (duration: 00m 12s)",
      childFailed(1, "prep"),
    ],
    exit: 1,
    outcome: "exit_nonzero",
    reached: "merged",
    reason:
      "Command 'git fetch' failed with exit code 128; stdout: stderr: fatal: write error: No space left on device",
  },
  "what a syntax check of the code printed is the reason": {
    lines: [
      ...MERGED,
      ...SYNC,
      "12:02:20 Checking for new runtime errors locally",
      "'mwscript eval.php --wiki aawiki' generated unexpected output: PHP Notice:  Undefined variable",
      "in /srv/mediawiki-staging/wmf-config/InitialiseSettings.php on line 7",
      childFailed(1),
    ],
    exit: 1,
    outcome: "exit_nonzero",
    reached: "merged",
    reason:
      "'mwscript eval.php --wiki aawiki' generated unexpected output: PHP Notice:  Undefined variable in /srv",
  },
  "a deployment that was ended without a rollback is declined, and the test servers keep the change": {
    lines: [
      ...TESTSERVERS.slice(0, -6),
      "12:04:00 Check 'httpbb' failed: 1 of 9 tests failed",
      "Testserver checks failed.",
      "",
      ask("x"),
      "12:04:10 Scap cancelled without rolling back.",
      "12:04:10 Finished check-testservers (duration: 00m 20s)",
      childFailed(1),
    ],
    exit: 1,
    asked: [BACKPORT, ["What do you want to do?", "Exit without rollback", "x"]],
    outcome: "declined",
    reached: "testservers",
    reason: "Scap cancelled without rolling back.",
    said: "The test servers have the change.",
  },
  "a no that scap reports as an exception is a decline": {
    lines: [
      ...MERGED,
      "Do you want to proceed anyway? [y/N]: n",
      "12:02:00 sync-world failed: <RuntimeError> Canceled by user (scap version: 4.283.0) (duration: 00m 01s)",
      childFailed(1),
    ],
    exit: 1,
    asked: [BACKPORT, ["Do you want to proceed anyway?", "no", false]],
    outcome: "declined",
    reached: "merged",
    reason: "Canceled by user",
  },
});
