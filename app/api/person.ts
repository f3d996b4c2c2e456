import { listGivenAnswers } from "#lib/db/job-rows.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const personHandlers = {
  listGivenAnswers: async ({ params, query: { limit, cursor } }) => {
    const found = await listGivenAnswers(services().db, params.name, cursor, limit + 1);
    const interactions = found.slice(0, limit);
    const last = interactions.at(-1);
    return { interactions, nextCursor: found.length > limit && last !== undefined ? String(last.id) : null };
  },
} satisfies Partial<Handlers>;
