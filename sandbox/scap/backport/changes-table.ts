// How a person is shown the changes that are about to be deployed.
import type { Change } from "../gerrit.ts";
import { drawTable } from "../table.ts";

const subjectColumnsMax = 100;

export function drawChanges(changes: readonly Change[]): string {
  return drawTable(
    [
      { title: "#", align: "right" },
      { title: "Project", align: "center" },
      { title: "Branch", align: "center" },
      { title: "Subject", align: "left", widthMax: subjectColumnsMax },
    ],
    changes.map(({ number, project, branch, subject }) => [
      String(number),
      project.replace(/^mediawiki\//, ""),
      branch,
      subject,
    ]),
  );
}
