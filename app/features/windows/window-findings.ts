// What a deployer should know about the changes of a window before they are deployed, those that depend on each other included.
// The rules are those of the deploy form (lib/domain/preflight.ts). Pure.
import { FINDING_LEVELS, preflight } from "#lib/domain/preflight.ts";
import { capitalised } from "#lib/domain/sentence.ts";
import { isStartableItem, laterDependencies } from "#lib/domain/window.ts";
import type { WindowItem } from "#lib/contract/window.ts";
import { findingText, unknownText } from "../../text/preflight-text.ts";

export type ItemFinding = { level: "block" | "warning"; text: string };

/** By the number of the change, refusals first. Only of changes that can still be started. */
export function windowFindings(items: readonly WindowItem[]): Map<number, ItemFinding[]> {
  const remaining = items.filter(({ state }) => isStartableItem(state));
  const ownJobs = new Set(items.flatMap(({ job }) => job?.id ?? []));
  const { blocks, warnings } = preflight(
    remaining.map(({ change: { number, project, branch }, facts }) => ({
      number,
      project,
      branch,
      facts: facts === null ? undefined : { ...facts, jobs: facts.jobs.filter(({ id }) => !ownJobs.has(id)) },
    })),
  );
  const found = Map.groupBy(
    [...blocks, ...warnings].map((finding) => ({
      number: finding.change,
      level: FINDING_LEVELS[finding.kind],
      text: capitalised(findingText(finding)),
    })),
    ({ number }) => number,
  );
  const later = laterDependencies(
    remaining.map(({ change: { number }, facts }) => ({
      number,
      dependencies: (facts?.dependencies ?? []).map((dependency) => dependency.number),
    })),
  );
  return new Map(
    remaining.map(({ change: { number }, facts }) => [
      number,
      [
        ...(found.get(number) ?? []).map(({ level, text }) => ({ level, text })),
        ...later
          .filter((one) => one.number === number)
          .map(({ dependency }) => ({
            level: "warning" as const,
            text: `Depends on ${dependency}, which comes later in this window.`,
          })),
        ...(facts === null || facts.unknown.length === 0
          ? []
          : [{ level: "warning" as const, text: unknownText(facts.unknown) ?? "" }]),
      ],
    ]),
  );
}
