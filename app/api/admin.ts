import {
  type AccountContext,
  deleteAccount,
  disableAccount,
  enableAccount,
  endAllSessions,
  endSessions,
  resetSecondFactors,
  revokeAllTokens,
  setRole,
} from "#lib/auth/manage-account.ts";
import { listAuditEvents } from "#lib/db/audit-search.ts";
import { listPeople } from "#lib/db/people.ts";
import type { Origin } from "#lib/domain/audit.ts";
import type { User } from "#lib/domain/permission.ts";
import { auditAsCsv } from "#lib/web/audit-export.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const adminHandlers = {
  listPeople: async () => ({ people: await listPeople(services().db) }),
  setRole: (input) => setRole(contextOf(input), input.params.name, input.body.role),
  setDisabled: (input) => {
    const change = input.body.isDisabled ? disableAccount : enableAccount;
    return change(contextOf(input), input.params.name);
  },
  deletePerson: (input) => deleteAccount(contextOf(input), input.params.name),
  endSessions: async (input) => ({ sessions: await endSessions(contextOf(input), input.params.name) }),
  revokeTokens: async (input) => ({ tokens: await revokeAllTokens(contextOf(input), input.params.name) }),
  resetSecondFactors: (input) => resetSecondFactors(contextOf(input), input.params.name),
  endAllSessions: async (input) => ({
    sessions: await endAllSessions(contextOf(input), input.user.session?.id),
  }),
  listAuditEvents: async ({ query: { limit, cursor, ...filter } }) => {
    const found = await listAuditEvents(services().db, filter, cursor, limit + 1);
    const events = found.slice(0, limit);
    const last = events.at(-1);
    return { events, nextCursor: found.length > limit && last !== undefined ? String(last.id) : null };
  },
  exportAudit: ({ query }) => auditAsCsv(services().db, query),
} satisfies Partial<Handlers>;

function contextOf({ user, origin }: { user: User; origin: Origin }): AccountContext {
  return { db: services().db, origin, actor: user.name };
}
