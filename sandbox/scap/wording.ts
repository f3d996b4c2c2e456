// The text of each question and of its answers, by dialect. prompts.ts owns the forms: brackets, lists, defaults.
import type { Dialect } from "./dialect.ts";
import type { ChoiceQuestion, YesNoQuestion } from "./prompts.ts";
import type { Stage } from "./settings.ts";

export function notLive(dialect: Dialect, reason: string): YesNoQuestion {
  const question = dialect.name === "today" ? "Continue with backport anyway?" : "Continue with backport?";
  return { id: "B2", text: `${reason}\n${question}`, defaultAnswer: false };
}

export function slowLocalisation(changes: readonly number[]): YesNoQuestion {
  const text =
    `🐌 Change(s) ${changes.join(", ")} touch l10n-related files and are likely to trigger a large l10n rebuild, ` +
    "resulting in a slow deployment (~20 minutes).\nContinue with backport anyway?";
  return { id: "B3", text, defaultAnswer: false };
}

export type Operation = "backport" | "revert";

export function confirmChanges(operation: Operation, table: string): YesNoQuestion {
  const verb = operation === "backport" ? "Backport" : "Revert";
  const text = `The following changes are scheduled for ${operation}:\n${table}\n${verb} the changes?`;
  return { id: "B5", text, defaultAnswer: false };
}

export function patchSetMoved(change: number, from: number, to: number, operation: Operation): YesNoQuestion {
  // The second space before the brackets is scap's own.
  const text =
    `Change ${change} has been updated from patchset ${from} to patchset ${to}. ` +
    `Re-approve change and continue with ${operation}(s)? `;
  return { id: "B6", text, defaultAnswer: false };
}

export function showUnexpected(repository: string): YesNoQuestion {
  const text = `${unexpected(repository)}Would you like to see the diff?`;
  return { id: "B7", text, defaultAnswer: true };
}

export function deployUnexpected(repository: string): YesNoQuestion {
  const text = `${unexpected(repository)}Continue with deployment (all patches will be deployed)?`;
  return { id: "B8", text, defaultAnswer: false };
}

function unexpected(repository: string): string {
  return `There were unexpected commits pulled from origin for ${repository}.\n`;
}

/** The question of ssh, which git runs. */
export const passphraseQuestion = "Enter passphrase for key '/etc/keyholder.d/mwdeploy': ";

export function clearLock(lock: { user: string; since: string; reason: string }): YesNoQuestion {
  const details = `  locker: ${lock.user}\n  time acquired (UTC): ${lock.since}\n  reason: ${lock.reason}`;
  return { id: "O9", text: `Lock details:\n${details}\nClear lock?`, defaultAnswer: false };
}

export function revertReasonQuestion(defaultReason: string): string {
  return `Please supply a reason for revert (default: ${defaultReason}): `;
}

export function setVersions(lines: readonly string[]): YesNoQuestion {
  return { id: "O2", text: `Set and deploy these versions:\n${lines.join("\n")}\n?`, defaultAnswer: false };
}

export function promoteGroup(group: string, before: readonly string[], version: string): YesNoQuestion {
  // No question mark: scap's own.
  const text = `Promote ${group} from ${before.join("/")} to ${version}`;
  return { id: "O1", text, defaultAnswer: false };
}

export const blockerTaskQuestion = {
  id: "O3",
  text: "Please enter the train blocker Phabricator task id for log messages: ",
};

export const proceedAnyway: YesNoQuestion = {
  id: "S3",
  text: "Do you want to proceed anyway?",
  defaultAnswer: false,
};

export type FailureAnswer = "retry" | "ignore" | "rollback" | "exit";

/** @param label as in `Canary checks` */
export function checksFailed(dialect: Dialect, label: string): ChoiceQuestion<FailureAnswer> {
  const id = "S5";
  const asked = "What do you want to do?";
  const again = `Retry ${label.toLowerCase()}`;
  if (dialect.name === "today") {
    return {
      id,
      text: `${label} failed.\n\n${asked}`,
      choices: [
        { key: "r", label: again, value: "retry" },
        { key: "i", label: "Ignore failure and continue deployment", value: "ignore" },
        { key: "b", label: "Roll back all stages and terminate", value: "rollback" },
        { key: "x", label: "Exit without rollback", value: "exit" },
      ],
      defaultKey: "r",
    };
  }
  return {
    id,
    text: `${label} failed. ${asked}`,
    choices: [
      { key: "r", label: again, value: "retry" },
      { key: "c", label: "Continue with deployment", value: "ignore" },
      { key: "e", label: "Exit scap", value: "exit" },
    ],
    defaultKey: "e",
  };
}

export function stageFailed(stage: Stage): ChoiceQuestion<"retry" | "rollback"> {
  return {
    id: "S4",
    text: `K8s deployment to stage ${stage} failed.\n\nWhat do you want to do?`,
    choices: [
      { key: "r", label: "Retry deployment", value: "retry" },
      { key: "b", label: "Roll back all stages and terminate", value: "rollback" },
    ],
    defaultKey: "r",
  };
}

const VERIFY_AT = "https://wikitech.wikimedia.org/wiki/Mwdebug";

/** The question after the test servers are synced: a list since scap can roll back, a yes/no question before. */
export function testserversSynced(
  dialect: Dialect,
): { choice: ChoiceQuestion<boolean> } | { yesNo: YesNoQuestion } {
  const id = "S6";
  const synced =
    `Changes synced to the testservers (see ${VERIFY_AT})\n` +
    "Before continuing, please do any necessary checks if you haven't already.";
  if (dialect.name === "today") {
    return {
      choice: {
        id,
        text: `${synced}\n\nContinue with deployment?`,
        choices: [
          { key: "y", label: "Yes, continue with deployment", value: true },
          { key: "n", label: "No, roll back deployment and terminate", value: false },
        ],
        defaultKey: "n",
      },
    };
  }
  return { yesNo: { id, text: `${synced}\nContinue with sync?`, defaultAnswer: false } };
}

export function rollbackFailed(stage: Stage): ChoiceQuestion<"retry" | "cancel"> {
  return {
    id: "S7",
    text: `Rollback deployment for stage ${stage} failed.\n\nWhat do you want to do?`,
    choices: [
      { key: "r", label: "Retry rollback deployment", value: "retry" },
      { key: "c", label: "Cancel and seek help", value: "cancel" },
    ],
    defaultKey: "r",
  };
}

export const undeployedNotice =
  "The backported change was undeployed by rollback, but it still exists in the codebase.\n" +
  "You must merge a fix or revert commit before allowing further backports to proceed.\n\n" +
  "Press Enter to acknowledge and release the deployment lock.";
