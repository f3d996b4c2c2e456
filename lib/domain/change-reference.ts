// What people type into the entry box: a change number, or a URL of the configured Gerrit.

export type ChangeReference =
  | { ok: true; number: number }
  | { ok: false; reason: "empty" | "not_a_change" | "other_site" };

const NUMBER_MAX = 2 ** 31 - 1;

/**
 * Accepts `1234`, `#1234`, `https://gerrit/c/project/+/1234[/2]`, `https://gerrit/1234`, `https://gerrit/#/c/1234/`
 * and `https://gerrit/q/1234`. @param gerritUrl base URL, with or without a path and trailing slash.
 */
export function parseChangeReference(input: string, gerritUrl: string): ChangeReference {
  const text = input.trim();
  if (text === "") return { ok: false, reason: "empty" };
  const plain = /^#?(\d{1,10})$/.exec(text);
  if (plain?.[1] !== undefined) return numbered(plain[1]);
  if (!/^https?:\/\//i.test(text)) return { ok: false, reason: "not_a_change" };
  if (!URL.canParse(text)) return { ok: false, reason: "not_a_change" };
  const url = new URL(text);
  const base = new URL(gerritUrl);
  const basePath = base.pathname.replace(/\/$/, "");
  if (url.host !== base.host || !url.pathname.startsWith(`${basePath}/`)) {
    return { ok: false, reason: "other_site" };
  }
  const path = url.pathname.slice(basePath.length) + url.hash.replace(/^#/, "");
  const found =
    /^\/(?:r\/)?c\/.+?\/\+\/(\d{1,10})(?:\/|$)/.exec(path) ??
    /^\/+(?:r\/)?(?:[cq]\/)?(\d{1,10})(?:\/|$)/.exec(path);
  return found?.[1] === undefined ? { ok: false, reason: "not_a_change" } : numbered(found[1]);
}

function numbered(digits: string): ChangeReference {
  const number = Number(digits);
  return number > 0 && number <= NUMBER_MAX ? { ok: true, number } : { ok: false, reason: "not_a_change" };
}
