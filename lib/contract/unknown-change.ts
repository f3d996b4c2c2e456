// What a change consists of when nothing about it could be read. Without schemas, because the page needs it too.
import type { ChangeDetails } from "./change.ts";

export const NOTHING_KNOWN = {
  change: null,
  isWorkInProgress: null,
  message: null,
  files: null,
  fileCount: null,
  labels: null,
  isMergeable: null,
  dependencies: null,
  unresolvedDependencies: null,
} as const satisfies Partial<ChangeDetails>;
