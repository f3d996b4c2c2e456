// Deploys changes: scap votes for them, waits for the merge, and syncs them to all servers.
import { DEFAULT_LANE } from "../domain/job.ts";
import type { Operation } from "./operation.ts";

export const backport: Operation = {
  kind: "backport",
  name: "Backport",
  description: "Merge changes and deploy them to all servers.",
  parameters: [
    {
      name: "changes",
      label: "Changes",
      hint: "Numbers or URLs of changes in Gerrit, in the order of their deployment.",
      type: "changes",
    },
  ],
  command: ["backport", "{changes}"],
  settings: {},
  role: "deployer",
  lane: DEFAULT_LANE,
  confirmation: "Deploy {changes} to all servers?",
  changesMustBe: "deployable",
  completedLabel: "Deployed",
  evidence: "production",
  estimateKey: "backport",
  hosts: null,
};
