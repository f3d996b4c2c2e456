// Errors of the servers: how messages are normalised, and how a rate is computed from minutes. Pure.
import { visibleText } from "./visible-text.ts";

/** UTF-16 units. A unique index has the messages, so they are short. */
export const ERROR_MESSAGE_MAX = 300;
export const ERROR_VERSION_MAX = 60;
/** A long message is cut before it is normalised. */
const RAW_MESSAGE_MAX = 2000;

export const MINUTE_MS = 60_000;
/** Over which messages are counted, and over which the rate before a deployment is computed. */
export const ERROR_WINDOW_MINUTES = 10;

/** Errors with one message and version that were logged in one minute. */
export type ErrorBucket = {
  /** Start of the minute, in milliseconds. */
  minute: number;
  /** Of the program that logged it; empty if it is not known. */
  version: string;
  message: string;
  errors: number;
  /** The first of them, in milliseconds. */
  firstAt: number;
};

export type MinuteErrors = { minute: number; errors: number };

/** One line of untrusted text, in which values that differ from one error to the next are replaced by `…`. */
export function normaliseMessage(raw: string): string {
  const text = visibleText(raw.slice(0, RAW_MESSAGE_MAX))
    .replace(/\s+/g, " ")
    .replace(/"[^"]{0,200}"|“[^”]{0,200}”|(?<!\w)'[^']{0,200}'(?!\w)/g, "“…”")
    .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, "…")
    // A hash or an id has digits; a word such as "deadbeef" or "feedback" is kept.
    .replace(/\b(?=[a-z]*\d)[0-9a-f]{7,}\b/gi, "…")
    .replace(/\b(?=\w*\d)(?=\w*[A-Za-z])\w{16,}\b/g, "…")
    .replace(/\d+(?:[.,:]\d+)*/g, "…")
    .trim();
  const shown = text === "" ? "(no message)" : text;
  return shown.length > ERROR_MESSAGE_MAX ? `${shown.slice(0, ERROR_MESSAGE_MAX - 1)}…` : shown;
}

export function normaliseVersion(raw: string): string {
  return visibleText(raw.slice(0, RAW_MESSAGE_MAX)).replace(/\s+/g, " ").trim().slice(0, ERROR_VERSION_MAX);
}

/** The buckets with normalised messages and versions; those that became equal are added up. */
export function normaliseBuckets(buckets: readonly ErrorBucket[]): ErrorBucket[] {
  const merged = new Map<string, ErrorBucket>();
  for (const bucket of buckets) {
    const message = normaliseMessage(bucket.message);
    const version = normaliseVersion(bucket.version);
    const key = JSON.stringify([bucket.minute, version, message]);
    const known = merged.get(key);
    merged.set(
      key,
      known === undefined
        ? { ...bucket, message, version }
        : {
            ...known,
            errors: known.errors + bucket.errors,
            firstAt: Math.min(known.firstAt, bucket.firstAt),
          },
    );
  }
  return [...merged.values()];
}

export function startOfMinute(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

/** Errors in the last sixty seconds: the current minute, and of the one before it the part that is not over. */
export function errorsPerMinute(minutes: readonly MinuteErrors[], asOf: number): number {
  const current = startOfMinute(asOf);
  const errorsIn = (minute: number) => minutes.find((one) => one.minute === minute)?.errors ?? 0;
  const rest = 1 - (asOf - current) / MINUTE_MS;
  return errorsIn(current) + errorsIn(current - MINUTE_MS) * rest;
}
