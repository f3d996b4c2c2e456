import { listOperations } from "#lib/actions/list-operations.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const operationHandlers = {
  listOperations: async ({ user }) => listOperations(services(), user),
} satisfies Partial<Handlers>;
