import { insightScope } from "#lib/domain/insight.ts";
import { insightAsCsv } from "#lib/web/insights.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const insightHandlers = {
  exportInsight: ({ params, query }) =>
    insightAsCsv(services().db, params.name, insightScope(query, new Date())),
} satisfies Partial<Handlers>;
