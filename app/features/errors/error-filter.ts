// The filter of the page of errors, and its address. Pure.
import type { ErrorMessage } from "#lib/contract/error-rate.ts";
import { ERRORS_HREF } from "../../text/error-rate-text.ts";

export type ErrorFilter = {
  /** Words of the message, ignoring case. */
  q: string;
  version: string;
  /** The job since whose start messages are new. */
  job: string;
};

export function readErrorFilter(params: Record<string, string | string[] | undefined>): ErrorFilter {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === "string" ? value.slice(0, 200) : "";
  };
  return { q: text("q"), version: text("version"), job: text("job") };
}

export function errorsHref(filter: ErrorFilter): string {
  const set = Object.entries(filter).filter(([, value]) => value !== "");
  return set.length === 0 ? ERRORS_HREF : `${ERRORS_HREF}?${String(new URLSearchParams(set))}`;
}

/** With a version, only its errors count. */
export function filterMessages(
  messages: readonly ErrorMessage[],
  { q, version }: Pick<ErrorFilter, "q" | "version">,
): ErrorMessage[] {
  const words = q
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  return messages.flatMap((message) => {
    const text = message.text.toLowerCase();
    if (!words.every((word) => text.includes(word))) return [];
    if (version === "") return [message];
    const versions = message.versions.filter((one) => one.version === version);
    return versions.map(({ errors }) => ({ ...message, errors, versions }));
  });
}

export function versionsOf(messages: readonly ErrorMessage[]): string[] {
  const versions = messages.flatMap((message) => message.versions.map(({ version }) => version));
  return [...new Set(versions)].filter((version) => version !== "").toSorted();
}
