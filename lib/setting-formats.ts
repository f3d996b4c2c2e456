// The formats of settings (lib/config.ts) that are more than a number or a word.
import { z } from "zod";
import { databaseUrlIssue } from "./database-url.ts";
import { parseNetworks } from "./domain/client-address.ts";

export const databaseUrl = z.string().superRefine((text, context) => {
  const issue = databaseUrlIssue(text);
  if (issue !== undefined) context.addIssue(issue);
});
export const port = z.coerce.number().int().min(0).max(65535);
export const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/+$/, ""));
/** Replaced by the number of a task. */
const TASK_PLACEHOLDER = "{task}";
export const taskUrl = z
  .string()
  .refine((text) => text.includes(TASK_PLACEHOLDER), {
    message: `must contain ${TASK_PLACEHOLDER}`,
    abort: true,
  })
  .refine(
    (text) => url.safeParse(text.replaceAll(TASK_PLACEHOLDER, "T1")).success,
    "must be an HTTP URL, for example https://phabricator.wikimedia.org/{task}",
  );
export const scapCommand = z.string().transform((text, context) => {
  try {
    return z.array(z.string().min(1)).min(1).parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON array of strings, for example ["/usr/bin/scap"]');
    return z.NEVER;
  }
});

export const networks = z.string().transform((text, context) => {
  const parsed = parseNetworks(text.split(/[\s,]+/).filter(Boolean));
  if (parsed !== undefined) return parsed;
  context.addIssue("must be addresses or networks, for example 127.0.0.1, 10.0.0.0/8");
  return z.NEVER;
});

export const vapidKey = (bytes: number, name: string) =>
  z
    .string()
    .refine(
      (text) => /^[\w-]+$/.test(text) && Buffer.from(text, "base64url").length === bytes,
      `must be a ${name}: ${bytes} bytes in base64url`,
    );
