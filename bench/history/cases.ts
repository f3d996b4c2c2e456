// Searches and filters of the job list, in a generated history: frequent and rare, absent, and combined so that no single
// condition is selective.
import type { JobFilter } from "#lib/contract/job.ts";

const DAY_MS = 86_400_000;
const daysAgo = (days: number): string => new Date(Date.now() - days * DAY_MS).toISOString();

type HistoryCase = { name: string; filter: JobFilter; olderThan?: number };

/** @param jobs how many there are. */
export function historyCases(jobs: number): HistoryCase[] {
  const middle = Math.floor(jobs / 2);
  return [
    { name: "no filter", filter: {} },
    { name: "a frequent word", filter: { q: "login" } },
    { name: "two words in any order", filter: { q: "limit login" } },
    { name: "a word that no job has", filter: { q: "zeppelin" } },
    { name: "a word with a typo", filter: { q: "loging" } },
    { name: "a short word", filter: { q: "zq" } },
    { name: "a short word that no job has", filter: { q: "q7" } },
    { name: "a word of another script that no job has", filter: { q: "日本" } },
    { name: "#12", filter: { q: "#12" } },
    { name: "12", filter: { q: "12" } },
    { name: "the number of a change", filter: { q: String(100_003 + jobs) } },
    { name: "an outcome in words", filter: { q: "rolled back" } },
    { name: "an outcome and a word", filter: { q: "interrupted thumbnail" } },
    { name: "a person and a word", filter: { q: "deployer7 rollback" } },
    {
      name: "frequent words that are never together",
      filter: { q: "enable disable fix revert update remove" },
    },
    { name: "ten words", filter: { q: "enable login logging for a deployed mediawiki backport t1 zq" } },
    { name: "state that no job has", filter: { state: ["running", "waiting"] } },
    { name: "a rare state", filter: { state: ["lost"] } },
    { name: "a frequent state", filter: { state: ["succeeded"] } },
    { name: "two outcomes", filter: { outcome: ["rolled_back", "interrupted"] } },
    { name: "a rare outcome and a frequent word", filter: { outcome: ["holder_lost"], q: "login" } },
    { name: "a person", filter: { user: "deployer7" } },
    { name: "a person who did nothing", filter: { user: "nobody" } },
    { name: "a project", filter: { project: "mediawiki/extensions/Extension7" } },
    { name: "a change", filter: { change: 100_003 + jobs } },
    { name: "a lane", filter: { lane: "config" } },
    { name: "an operation", filter: { kind: ["backport"] } },
    {
      name: "a lane, an outcome and a project",
      filter: { lane: "train", outcome: ["declined"], project: "mediawiki/core" },
    },
    { name: "until two years ago", filter: { to: daysAgo(730) } },
    { name: "one past year, a frequent word", filter: { from: daysAgo(900), to: daysAgo(535), q: "login" } },
    {
      name: "one past year, a word that no job has",
      filter: { from: daysAgo(900), to: daysAgo(535), q: "zeppelin" },
    },
    { name: "a page in the middle, a rare outcome", filter: { outcome: ["holder_lost"] }, olderThan: middle },
  ];
}
