// The commits that a commit message reverts, as git and Gerrit write it: "This reverts commit 4f2a…".

/** More than a person reverts by hand in one commit. */
const COMMITS_MAX = 20;

export function revertedCommits(message: string): string[] {
  const found = message.matchAll(/^This reverts commit ([0-9a-f]{7,40})\b/gim);
  return [...new Set([...found].map(([, commit = ""]) => commit.toLowerCase()))].slice(0, COMMITS_MAX);
}
