// Parses the input of the entry box: a change number, a number with its project, or a URL of the configured Gerrit.
import { ID_MAX } from "./id.ts";

export type ChangeReference =
  /** `project` as entered, perhaps percent-encoded; undefined for a number alone. */
  { ok: true; number: number; project?: string } | { ok: false; reason: ReferenceProblem };
export type ReferenceProblem = "empty" | "not_a_change" | "other_site";

type ProjectChange = { project: string; number: number };

/**
 * Accepts `1234`, `#1234`, `project~1234`, `https://gerrit/c/project/+/1234[/2]`, `https://gerrit/1234`,
 * `https://gerrit/#/c/1234/` and `https://gerrit/q/1234`. @param gerritUrl base URL, with or without a path and trailing
 * slash.
 */
export function parseChangeReference(input: string, gerritUrl: string): ChangeReference {
  const text = input.trim();
  if (text === "") return { ok: false, reason: "empty" };
  const plain = /^#?(\d{1,10})$/.exec(text);
  if (plain?.[1] !== undefined) return numbered(plain[1]);
  if (!/^https?:\/\//i.test(text)) return ofProject(text);
  if (!URL.canParse(text)) return { ok: false, reason: "not_a_change" };
  const url = new URL(text);
  const base = new URL(gerritUrl);
  const basePath = base.pathname.replace(/\/$/, "");
  if (url.host !== base.host || !url.pathname.startsWith(`${basePath}/`)) {
    return { ok: false, reason: "other_site" };
  }
  const path = url.pathname.slice(basePath.length) + url.hash.replace(/^#/, "");
  const inProject = /^\/(?:r\/)?c\/(.+?)\/\+\/(\d{1,10})(?:\/|$)/.exec(path);
  if (inProject?.[2] !== undefined) return numbered(inProject[2], inProject[1]);
  const alone = /^\/+(?:r\/)?(?:[cq]\/)?(\d{1,10})(?:\/|$)/.exec(path);
  return alone?.[1] === undefined ? { ok: false, reason: "not_a_change" } : numbered(alone[1]);
}

/** `mediawiki/core~1234`: the id of a change in Gerrit's API. */
function ofProject(text: string): ChangeReference {
  const tilde = text.lastIndexOf("~");
  const digits = text.slice(tilde + 1);
  const isOne = tilde > 0 && !/\s/.test(text) && /^\d{1,10}$/.test(digits);
  if (!isOne) return { ok: false, reason: "not_a_change" };
  return numbered(digits, text.slice(0, tilde));
}

function numbered(digits: string, project?: string): ChangeReference {
  const number = Number(digits);
  if (number < 1 || number > ID_MAX) return { ok: false, reason: "not_a_change" };
  return project === undefined ? { ok: true, number } : { ok: true, number, project };
}

/** Whether the change matches the reference. */
export function isReferenceTo(
  reference: { number: number; project?: string },
  change: ProjectChange,
): boolean {
  if (reference.number !== change.number) return false;
  const { project } = reference;
  return project === undefined || project === change.project || decoded(project) === change.project;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A reference that matches no change of another project. */
export function changeReference({ project, number }: ProjectChange): string {
  return `${/\s/.test(project) ? encodeURIComponent(project.toWellFormed()) : project}~${number}`;
}

/** The URL of the change. @param gerritUrl without a trailing slash */
export function changeAddress(gerritUrl: string, project: string, number: number): string {
  // A slash separates folders of a project and is kept; every other special character is encoded.
  return `${gerritUrl}/c/${project.toWellFormed().split("/").map(encodeURIComponent).join("/")}/+/${number}`;
}

/** The message for a number that exists in several projects. */
export function ambiguity(changes: readonly ProjectChange[]): string {
  const projects = listOf(
    changes.map(({ project }) => project),
    "and",
  );
  return `Change ${changes[0]?.number} exists in ${projects}. Enter ${listOf(changes.map(changeReference), "or")}.`;
}

/** "one, two and three" */
export function listOf(items: readonly string[], conjunction: "and" | "or"): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}
