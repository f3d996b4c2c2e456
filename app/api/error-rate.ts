import { loadErrorRate } from "#lib/web/error-loaders.ts";
import type { Handlers } from "#lib/web/router.ts";

export const errorRateHandlers = {
  readErrorRate: ({ user }) => loadErrorRate(user),
} satisfies Partial<Handlers>;
