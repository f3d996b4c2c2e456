import { lookUpChanges } from "#lib/actions/look-up-changes.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const changeHandlers = {
  findChanges: async ({ query }) => {
    const { gerrit, gerritUrl } = services();
    return { changes: await lookUpChanges(gerrit, gerritUrl, query.q) };
  },
} satisfies Partial<Handlers>;
