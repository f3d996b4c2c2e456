// What the page says about runs of earlier versions of scap, which roll back a failed stage automatically (until 4.249) or not at
// all, and when other programs print scap's sentences. The transcripts follow scap/kubernetes.py and scap/main.py of
// wikimedia/mediawiki-tools-scap.
import { type Asked, testEach } from "./ended-job.ts";
import { BACKPORT, DEPLOYED, MERGED, stage, summary, SYNC } from "./scap-lines.ts";

const ON_TESTSERVERS = [...MERGED, ...SYNC, ...stage("testservers")];
/** The timer of a stage ends also when the stage fails. */
const RESTORED = (name: string, ...restored: string[]) => [
  `12:05:00 Started sync-${name}-k8s`,
  "12:05:30 Command '['helmfile', '-e', 'eqiad', 'apply']' returned non-zero exit status 1.",
  "12:05:30 Stdout/stderr follows:",
  "12:05:30 ERROR:",
  "ERROR:",
  "  exit status 1",
  "",
  "STDERR:",
  "  Error: UPGRADE FAILED: timed out waiting for the condition",
  `12:05:30 K8s deployment to stage ${name} failed: K8s Deployment had the following errors:`,
  ` eqiad: Deployment of mw-web-${name} failed: Command '['helmfile']' returned non-zero exit status 1.`,
  "12:05:30 Rolling back to prior state...",
  "12:05:40 K8s deployment progress: 100% (ok: 8; fail: 0; left: 0)",
  ...restored,
  `12:06:00 Finished sync-${name}-k8s (duration: 01m 00s)`,
  `12:06:00 scap failed: <Exception> K8s Deployment had the following errors:`,
  ` eqiad: Deployment of mw-web-${name} failed: Command '['helmfile']' returned non-zero exit status 1. (scap version: 4.190.0) (duration: 04m 00s)`,
  "12:06:01 backport failed: <CalledProcessError> Command '['/usr/bin/scap', 'sync-world']' returned non-zero exit status 1. (scap version: 4.190.0)",
];
const COMPLETED = "12:05:59 Rollback completed";
const SYNC_QUESTION: Asked = ["Continue with sync?", "yes", true];
const CANARIES_FAILED = [
  ...ON_TESTSERVERS,
  "Continue with sync? [y/N]: y",
  ...stage("canaries"),
  "12:05:00 Waiting 20 seconds for canary traffic...",
  "12:05:20 Logstash checker Counted 99 error(s) in the last 20 seconds. The threshold is 10.",
  "Canary checks failed. What do you want to do?",
  "[r] Retry canary checks",
  "[c] Continue with deployment",
  "[e] Exit scap",
];

testEach({
  "a stage that scap rolled back automatically does not have the change, and the stages before keep it": {
    lines: [...ON_TESTSERVERS, "Continue with sync? [y/N]: y", ...RESTORED("canaries", COMPLETED)],
    exit: 70,
    asked: [BACKPORT, SYNC_QUESTION],
    outcome: "rolled_back",
    reached: "testservers",
    reason:
      "eqiad: Deployment of mw-web-canaries failed: Command '['helmfile']' returned non-zero exit status 1.",
    said: "scap rolled back only some servers. The test servers have the change. Deploy it again, or revert it.",
  },
  "test servers that scap rolled back automatically leave the change merged": {
    lines: [...MERGED, ...SYNC, ...RESTORED("testservers", COMPLETED)],
    exit: 70,
    asked: [BACKPORT],
    outcome: "rolled_back",
    reached: "merged",
    reason:
      "Error: UPGRADE FAILED: timed out waiting for the condition. K8s deployment to stage testservers failed: K8s Deployment had the following errors: eqiad:",
    said: "scap rolled back all servers. The change is still merged.",
  },
  "a rollback that scap gave up has its error as the reason": {
    lines: [
      ...ON_TESTSERVERS,
      "Continue with sync? [y/N]: y",
      ...RESTORED(
        "canaries",
        "12:05:59 Caught another exception while trying to roll back. Giving up: timed out",
      ),
    ],
    exit: 70,
    asked: [BACKPORT, SYNC_QUESTION],
    outcome: "rollback_failed",
    reached: "canaries",
    partial: true,
    reason: "Caught another exception while trying to roll back. Giving up: timed out",
    said: "The rollback did not finish.",
  },
  "a stage without an earlier state may have the change": {
    lines: [...MERGED, ...SYNC, ...RESTORED("testservers", "12:05:59 No known prior state to roll back to")],
    exit: 70,
    outcome: "exit_nonzero",
    reached: "testservers",
    partial: true,
    reason: "Deployment of mw-web-testservers failed",
    said: "Some test servers may have the change.",
  },
  "a deployment that continues after the rollback of a stage is not rolled back": {
    lines: [
      ...ON_TESTSERVERS,
      ...RESTORED("canaries", COMPLETED).slice(0, -3),
      ...stage("prod"),
      "12:09:00 Finished scap sync-world: Backport for [[gerrit:1|A change (T1)]] (duration: 07m 00s)",
    ],
    exit: 1,
    outcome: "exit_nonzero",
    reached: "production",
    reason: "K8s deployment to stage canaries failed",
  },
  'a check that was overridden with "Continue with deployment" is an ignored check': {
    lines: [
      ...CANARIES_FAILED,
      "What do you want to do? (default: [e]): c",
      "12:05:40 Continuing with deployment",
      ...DEPLOYED.slice(-4),
    ],
    exit: 0,
    asked: [BACKPORT, SYNC_QUESTION, ["What do you want to do?", "Continue with deployment", "c"]],
    outcome: "completed",
    reached: "production",
    reason: null,
    said: "The change is in production. ben ignored 1 failed check.",
  },
  "an approval of the deployment ignores no check": {
    lines: DEPLOYED,
    exit: 0,
    asked: [BACKPORT, ["Continue with deployment?", "Yes, continue with deployment", "y"]],
    outcome: "completed",
    reached: "production",
    reason: null,
    said: "The change is in production.",
  },
  "a deployment that ended at a failed check is declined, and the canaries keep the change": {
    lines: [
      ...CANARIES_FAILED,
      "What do you want to do? (default: [e]): e",
      "12:05:40 Scap cancelled",
      "WARNING: Nothing has been rolled back.",
    ],
    exit: 1,
    asked: [BACKPORT, SYNC_QUESTION, ["What do you want to do?", "Exit scap", "e"]],
    outcome: "declined",
    reached: "canaries",
    reason: "Scap cancelled",
    said: "The test servers and the canaries have the change.",
  },
  "a no at the test servers is a decline, and they keep the change": {
    lines: [...ON_TESTSERVERS, "Continue with sync? [y/N]: n", "12:05:00 Sync cancelled."],
    exit: 0,
    asked: [BACKPORT, ["Continue with sync?", "no", false]],
    outcome: "declined",
    reached: "testservers",
    reason: "Sync cancelled.",
  },
  "a file that was synced is deployed": {
    lines: [
      "12:00:00 Started cache_git_info",
      "12:00:01 Finished cache_git_info (duration: 00m 01s)",
      ...stage("testservers"),
      ...stage("canaries"),
      ...stage("prod"),
      "12:09:00 Synchronized wmf-config/InitialiseSettings.php: A change (T1) (duration: 03m 00s)",
    ],
    exit: 0,
    outcome: "completed",
    reached: "production",
    reason: null,
  },
  "a file that does not exist is an error before anything was deployed": {
    lines: [
      "12:00:00 Unhandled error:",
      "Traceback (most recent call last):",
      '  File "/usr/lib/scap/main.py", line 9, in _before_cluster_sync',
      "FileNotFoundError: [Errno 2] File/directory not found: '/srv/mediawiki-staging/x.php'",
      "12:00:00 sync-file failed: <FileNotFoundError> [Errno 2] File/directory not found: '/srv/mediawiki-staging/x.php' (scap version: 4.190.0)",
    ],
    exit: 70,
    outcome: "exit_nonzero",
    reached: "nowhere",
    reason: "[Errno 2] File/directory not found: '/srv/mediawiki-staging/x.php'",
  },
  "a sync that stops before the servers, as requested, is prepared": {
    lines: [...SYNC, "12:03:00 Stopping before sync operations"],
    exit: 0,
    outcome: "prepared",
    reached: "merged",
    reason: "Stopping before sync operations",
  },
  "only reasons that scap gives for not syncing count": {
    lines: [...MERGED, "12:02:00 Skipping sync since --stop-before-sync-unless was specified for beta"],
    exit: 0,
    outcome: "unclear",
    reached: "merged",
    reason: "Skipping sync since --stop-before-sync-unless was specified for beta",
  },
  "a cancellation without an answer is no decline": {
    lines: ["12:00:00 Backport cancelled"],
    exit: 0,
    outcome: "unclear",
    reached: "nowhere",
    reason: "Backport cancelled",
  },
  "a cancellation without an answer that exits with 1 is a refusal": {
    lines: ["Aborting: Canceled by user"],
    exit: 1,
    outcome: "refused",
    reached: "nowhere",
    reason: "Aborting: Canceled by user",
  },
  "what another program prints about stages and rollbacks does not count": {
    lines: [
      ...MERGED,
      "Started sync-prod-k8s",
      "Finished sync-prod-k8s (duration: 00m 30s)",
      "+12:03:00 Started sync-prod-k8s",
      "+12:03:30 Finished sync-prod-k8s (duration: 00m 30s)",
      "Rolling back to prior state...",
      "Rollback completed",
    ],
    exit: 0,
    outcome: "unclear",
    reached: "merged",
    reason: "Started sync-prod-k8s",
  },
  "what another program prints about a rollback after the end of the sync does not count": {
    lines: [
      ...DEPLOYED,
      "Result: rolled back",
      ...summary(["rolled-back", "rolled-back", "rolled-back"], "rolled back"),
    ],
    exit: 0,
    outcome: "completed",
    reached: "production",
    reason: null,
  },
});
