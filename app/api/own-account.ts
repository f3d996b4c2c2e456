import { issueToken, revokeToken } from "#lib/auth/api-tokens.ts";
import { changeOwnPassword, confirmIdentity, endOtherSessions, endSession } from "#lib/auth/own-account.ts";
import { loadOwnAccount } from "#lib/web/loaders.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const ownAccountHandlers = {
  readOwnAccount: ({ user }) => loadOwnAccount(user),
  confirmIdentity: ({ user, body }) => confirmIdentity(user, body),
  changeOwnPassword: ({ user, origin, body }) => changeOwnPassword(origin, user, body),
  endOtherSessions: ({ user, origin }) => endOtherSessions({ db: services().db, origin }, user),
  endSession: ({ user, origin, params }) => endSession({ db: services().db, origin }, user, params.id),
  createToken: async ({ user, origin, body }) => {
    const context = { db: services().db, origin, actor: user.name };
    const { id, token, expiresAt } = await issueToken(context, {
      ...body,
      account: user.name,
      sessionId: user.session?.id,
    });
    return { id, token, expiresAt: expiresAt.toISOString() };
  },
  revokeToken: async ({ user, origin, params }) => {
    await revokeToken({ db: services().db, origin, actor: user.name }, params.id, user.id);
  },
} satisfies Partial<Handlers>;
