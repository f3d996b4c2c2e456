// The texts about notifications.
import type { NotifiedJobs } from "#lib/domain/notification.ts";

export const NOTIFIED_JOBS_LABELS: Record<NotifiedJobs, string> = {
  mine: "My jobs and jobs I watch",
  watched: "Only jobs I watch",
  all: "All jobs",
  none: "Nothing",
};

/** What the browser says about notifications, when it is not that they are on or off. */
export const PUSH_STATUS_TEXTS = {
  unknown: "",
  off: "Off in this browser.",
  on: "On in this browser.",
  blocked: "Notifications are blocked. Allow them for this site in the browser settings.",
  needs_install: "To get notifications, add SpiderPig to your Home Screen, then open it from there.",
  unsupported: "This browser doesn’t support notifications.",
  failed: "The browser could not subscribe. Check the network, then try again.",
} as const;

export const NOTHING_WATCHED_TEXT =
  "Watched, but your notification settings say “Nothing”. Change them in the account menu.";

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg\//, "Edge"],
  [/OPR\//, "Opera"],
  [/Firefox\//, "Firefox"],
  [/Chrom(e|ium)\//, "Chrome"],
  [/Safari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
];

/** "Firefox on Android", from the User-Agent of a browser. */
export function deviceName(userAgent: string | null): string {
  const first = (names: typeof BROWSERS) => names.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1];
  const [browser, system] = [first(BROWSERS), first(SYSTEMS)];
  if (browser === undefined) return "Unknown browser";
  return system === undefined ? browser : `${browser} on ${system}`;
}
