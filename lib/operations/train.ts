// Moves the train: sets every wiki to the old version, and the groups up to a station to the new one. The same command promotes and
// rolls back. lib/actions/train-request.ts refuses a request that does not fit the current state.
import { DEFAULT_LANE } from "../domain/job.ts";
import { ALL_WIKIS, STATIONS, TRAIN, WIKI_PATTERN } from "../domain/train.ts";
import type { Operation } from "./operation.ts";

const WIKI = WIKI_PATTERN.source.replace(/^\^|\$$/g, "");

export const train: Operation = {
  kind: TRAIN,
  name: "Train",
  description: "Promote groups of wikis to the version of the train, or roll them back.",
  parameters: [
    {
      name: "action",
      label: "Action",
      type: "choice",
      options: [
        { value: "promote", label: "Promote" },
        { value: "rollback", label: "Roll back" },
      ],
    },
    {
      name: "group",
      label: "Station",
      hint: "The last group that runs the version afterwards. All wikis, with the old version: a rollback to the start.",
      type: "choice",
      options: [
        ...STATIONS.map((name) => ({ value: name, label: name })),
        { value: ALL_WIKIS, label: "All wikis" },
      ],
    },
    { name: "version", label: "Version", hint: "The version of these groups.", type: "version" },
    { name: "oldVersion", label: "Old version", hint: "The version of all other wikis.", type: "version" },
    {
      name: "excludedWikis",
      label: "Excluded wikis",
      hint: "Database names, separated by commas. They keep their version. For a promotion only.",
      type: "text",
      pattern: `${WIKI}(,${WIKI})*`,
      patternHint: "Expected database names separated by commas, for example aawiki,bbwiki",
      isOptional: true,
    },
    { name: "pause", label: "Pause on the test servers", type: "boolean" },
    {
      name: "state",
      label: "State",
      hint: "The id of the state of the train (GET /api/train) for which this was decided.",
      type: "text",
      pattern: "[0-9]{1,9}",
      patternHint: "Expected the id of a state",
    },
  ],
  command: [
    "deploy-promote",
    "--yes",
    "--train",
    "--old-version",
    "{oldVersion}",
    { if: "excludedWikis", argument: "--exclude-wikis" },
    "{excludedWikis}",
    { if: "pause", argument: "--pause-after-testserver-sync" },
    "--",
    "{group}",
    "{version}",
  ],
  settings: {},
  role: "deployer",
  lane: DEFAULT_LANE,
  confirmation: "{action} {group} to {version}?",
  changesMustBe: "deployable",
  completedLabel: "Train moved",
  evidence: "production",
  estimateKey: TRAIN,
  hosts: null,
};
