// A change of which everything is known and nothing is worth a warning.
import type { ChangeFacts } from "#lib/domain/preflight.ts";

export const CLEAN_FACTS = {
  status: "NEW",
  isWorkInProgress: false,
  labels: [],
  isMergeable: true,
  dependencies: [],
  unresolvedDependencies: [],
  jobs: [],
} satisfies ChangeFacts;
