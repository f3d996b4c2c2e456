// The words of every question, by the date of the dialect. Forms (brackets, lists, defaults) belong to
// dialect.ts; here is only what changed about the texts and about which answers there are.
import { dialectNames, type Dialect, type DialectName } from "./dialect.ts";
import type { ChoiceQuestion, YesNoQuestion } from "./prompts.ts";
import type { Stage } from "./settings.ts";

/** A question of which older scaps wrote the first half into the log. */
export type Announced = { warning?: string; question: YesNoQuestion };

function since(dialect: Dialect, date: DialectName): boolean {
  return dialectNames.indexOf(dialect.name) >= dialectNames.indexOf(date);
}

export function notLive(dialect: Dialect, complaint: string): Announced {
  const id = "B2";
  if (!since(dialect, "2024-09")) {
    return { warning: complaint, question: { id, text: "Continue with Backport?", defaultAnswer: false } };
  }
  if (!since(dialect, "2025")) {
    return { warning: complaint, question: { id, text: "Continue with backport?", defaultAnswer: false } };
  }
  const question = since(dialect, "today") ? "Continue with backport anyway?" : "Continue with backport?";
  return { question: { id, text: `${complaint}\n${question}`, defaultAnswer: false } };
}

export function slowLocalisation(changes: readonly number[]): YesNoQuestion {
  const text =
    `🐌 Change(s) ${changes.join(", ")} touch l10n-related files and are likely to trigger a large l10n rebuild, ` +
    "resulting in a slow deployment (~20 minutes).\nContinue with backport anyway?";
  return { id: "B3", text, defaultAnswer: false };
}

export function warningsFound(dialect: Dialect, warnings: string): YesNoQuestion {
  const question = since(dialect, "today") ? "Continue with backport anyway?" : "Continue with backport?";
  return { id: "B4", text: `Warnings found:\n${warnings}\n${question}`, defaultAnswer: false };
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

export function showUnexpected(dialect: Dialect, repository: string): YesNoQuestion {
  const text = "Would you like to see the diff?";
  if (!since(dialect, "2024-09")) return { id: "B7", text };
  return { id: "B7", text: unexpected(dialect, repository) + text, defaultAnswer: true };
}

export function deployUnexpected(dialect: Dialect, repository: string): YesNoQuestion {
  const text = since(dialect, "2024-09")
    ? "Continue with deployment (all patches will be deployed)?"
    : "Continue with backport?";
  return { id: "B8", text: unexpected(dialect, repository) + text, defaultAnswer: false };
}

function unexpected(dialect: Dialect, repository: string): string {
  return since(dialect, "2025")
    ? `There were unexpected commits pulled from origin for ${repository}.\n`
    : "";
}

export const listedChangesQuestion = "Enter the change numbers (separated by a space) you wish to backport: ";

/** ssh's, below git. */
export const passphraseQuestion = "Enter passphrase for key '/etc/keyholder.d/mwdeploy': ";

export function revertReasonQuestion(defaultReason: string): string {
  return `Please supply a reason for revert (default: ${defaultReason}): `;
}

export type FailureAnswer = "retry" | "ignore" | "rollback" | "exit";

/** @param label as in `Canary checks` */
export function checksFailed(dialect: Dialect, label: string): ChoiceQuestion<FailureAnswer> {
  const id = "S5";
  const asked = "What do you want to do?";
  const again = `Retry ${label.toLowerCase()}`;
  if (since(dialect, "today")) {
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
      unattended: "rollback",
    };
  }
  if (!since(dialect, "2024-09")) {
    return {
      id,
      text: asked,
      choices: [
        { key: "1", label: "Exit scap", value: "exit" },
        { key: "2", label: again, value: "retry" },
        { key: "3", label: "Continue with deployment", value: "ignore" },
      ],
      unattended: "exit",
    };
  }
  return {
    id,
    text: since(dialect, "2025") ? `${label} failed. ${asked}` : asked,
    choices: [
      { key: "r", label: again, value: "retry" },
      { key: "c", label: "Continue with deployment", value: "ignore" },
      { key: "e", label: "Exit scap", value: "exit" },
    ],
    defaultKey: "e",
    unattended: "exit",
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
    unattended: "rollback",
  };
}

const verifyAt = "https://wikitech.wikimedia.org/wiki/Mwdebug";

/** What the pause after the test servers asks: as a list since scap can roll back, before as a plain yes/no. */
export function testserversSynced(
  dialect: Dialect,
  hosts: readonly string[],
): { choice: ChoiceQuestion<boolean> } | { yesNo: YesNoQuestion } {
  const id = "S6";
  if (since(dialect, "today")) {
    return {
      choice: {
        id,
        text:
          `Changes synced to the testservers (see ${verifyAt})\n` +
          "Before continuing, please do any necessary checks if you haven't already.\n\nContinue with deployment?",
        choices: [
          { key: "y", label: "Yes, continue with deployment", value: true },
          { key: "n", label: "No, roll back deployment and terminate", value: false },
        ],
        defaultKey: "n",
        unattended: false,
      },
    };
  }
  const first = since(dialect, "2025")
    ? `Changes synced to the testservers (see ${verifyAt})\nBefore continuing, please do any necessary checks if you haven't already.`
    : since(dialect, "2024-09")
      ? `Changes synced to the testservers. (see ${verifyAt})\nPlease do any necessary checks before continuing.`
      : `Changes synced to: ${hosts.join(", ")}.\nPlease do any necessary checks before continuing.`;
  return { yesNo: { id, text: `${first}\nContinue with sync?`, defaultAnswer: false } };
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
    unattended: "cancel",
  };
}

export const undeployedNotice =
  "The backported change was undeployed by rollback, but it still exists in the codebase.\n" +
  "You must merge a fix or revert commit before allowing further backports to proceed.\n\n" +
  "Press Enter to acknowledge and release the deployment lock.";
