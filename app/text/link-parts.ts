// Finds what in a text becomes a link: URLs and task numbers.
import { findUrls } from "./web-links.ts";

export type TextPart = { text: string; href: string | undefined };

/** A task number. Shorter numbers usually mean something else. */
const TASK = /\bT[1-9]\d{3,6}\b/g;

/**
 * Turns URLs and task numbers into links.
 * @param taskUrl the URL of a task, with `{task}` as placeholder for its number; null leaves task numbers as plain text.
 */
export function linkParts(text: string, taskUrl: string | null): TextPart[] {
  const parts: TextPart[] = [];
  const add = (shown: string, href: string | undefined) => {
    if (shown !== "") parts.push({ text: shown, href });
  };
  let from = 0;
  for (const url of findUrls(text)) {
    for (const part of taskParts(text.slice(from, url.from), taskUrl)) add(part.text, part.href);
    const address = text.slice(url.from, url.to);
    add(address, address);
    from = url.to;
  }
  for (const part of taskParts(text.slice(from), taskUrl)) add(part.text, part.href);
  return parts;
}

function taskParts(text: string, taskUrl: string | null): TextPart[] {
  if (taskUrl === null) return [{ text, href: undefined }];
  const parts: TextPart[] = [];
  let from = 0;
  for (const { 0: task, index } of text.matchAll(TASK)) {
    const href = taskUrl.replaceAll("{task}", task);
    if (!URL.canParse(href)) continue;
    parts.push({ text: text.slice(from, index), href: undefined }, { text: task, href });
    from = index + task.length;
  }
  return [...parts, { text: text.slice(from), href: undefined }];
}
