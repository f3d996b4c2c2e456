import { readChange } from "#lib/actions/read-change.ts";
import { findChanges } from "#lib/actions/resolve-changes.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const changeHandlers = {
  findChanges: async ({ query }) => {
    const { gerrit, gerritUrl } = services();
    return { changes: await findChanges(gerrit, gerritUrl, query.q) };
  },
  readChange: ({ params, query }) =>
    readChange(services(), { number: params.number, project: query.project }),
} satisfies Partial<Handlers>;
