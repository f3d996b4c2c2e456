// How messages and questions name changes.
import type { Change } from "../gerrit.ts";
import { drawTable } from "../table.ts";

const SUBJECT_COLUMNS_MAX = 100;

/** `Change 'N', project: 'P', branch: 'B'` */
export function changeTitle({ number, project, branch }: Change): string {
  return `Change '${number}', project: '${project}', branch: '${branch}'`;
}

/** `Backport for [[gerrit:1234|Subject (T1)]], [[…]]`: the log message of the deployment. */
export function describeDeployment(changes: readonly Change[]): string {
  const links = changes.map(({ number, subject, message }) => {
    const tasks = [...message.matchAll(/^Bug: (T\d+)$/gm)].flatMap(([, task]) => task ?? []);
    const unmentioned = tasks.filter((task) => !subject.includes(task));
    return `[[gerrit:${number}|${subject}${unmentioned.length === 0 ? "" : ` (${unmentioned.join(" ")})`}]]`;
  });
  return `Backport for ${links.join(", ")}`;
}

/** The table of the changes to be deployed. */
export function drawChanges(changes: readonly Change[]): string {
  return drawTable(
    [
      { title: "#", align: "right" },
      { title: "Project", align: "center" },
      { title: "Branch", align: "center" },
      { title: "Subject", align: "left", widthMax: SUBJECT_COLUMNS_MAX },
    ],
    changes.map(({ number, project, branch, subject }) => [
      String(number),
      project.replace(/^mediawiki\//, ""),
      branch,
      subject,
    ]),
  );
}
