import { config } from "#lib/config.ts";
import { permittedActions } from "#lib/domain/permission.ts";
import { signIn, signOut } from "#lib/web/auth-endpoints.ts";
import { authenticate } from "#lib/auth/authorise.ts";
import { endSsoSessions, finishSso, startSso } from "#lib/web/sso-endpoints.ts";
import type { Handlers } from "#lib/web/router.ts";

export const accountHandlers = {
  whoami: async ({ request }) => {
    const user = await authenticate(request);
    return {
      user: user === undefined ? null : { name: user.name, role: user.role },
      permissions: permittedActions(user),
      sandbox: config().sandboxDir !== undefined,
    };
  },
  signIn: ({ request, body }) => signIn(request, body),
  signOut: ({ request }) => signOut(request),
  startSso: ({ request, body }) => startSso(request, body.next),
  finishSso: ({ request }) => finishSso(request),
  endSsoSessions: ({ request }) => endSsoSessions(request),
} satisfies Partial<Handlers>;
