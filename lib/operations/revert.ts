// Reverts changes: scap creates a revert of each, merges them, and deploys the result. scap asks for the reason itself; the page
// suggests the one that was given with the request.
import { DEFAULT_LANE } from "../domain/job.ts";
import { REVERT } from "../domain/operation.ts";
import type { Operation } from "./operation.ts";

export const revert: Operation = {
  kind: REVERT,
  name: "Revert",
  description: "Create reverts of merged changes, merge them, and deploy the result to all servers.",
  parameters: [
    {
      name: "changes",
      label: "Changes",
      hint: "Numbers or URLs of merged changes in Gerrit.",
      type: "changes",
    },
    { name: "reason", label: "Reason", hint: "The commit messages of the reverts contain it.", type: "text" },
  ],
  command: ["backport", "--revert", "{changes}"],
  settings: {},
  role: "deployer",
  lane: DEFAULT_LANE,
  confirmation: "Revert {changes} and deploy the result to all servers?",
  changesMustBe: "merged",
  completedLabel: "Reverted",
  evidence: "production",
  // The same phases: the reverts are deployed like any other change.
  estimateKey: "backport",
  hosts: null,
};
