// The service that names the task of the current train, as a site has one beside its review server.
import { nextVersion } from "./seed/site.ts";

const DAY_MS = 86_400_000;
const TUESDAY = 2;

export function trainBlockers(now: Date): object {
  const tuesday = new Date(now.getTime() + (TUESDAY - ((now.getUTCDay() + 6) % 7) - 1) * DAY_MS);
  return {
    task: "T371900",
    status: "open",
    version: nextVersion,
    date: tuesday.toISOString().slice(0, 10),
  };
}
