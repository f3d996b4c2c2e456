import { addPasskey, passkeyCreation, passkeyRequest, removePasskey } from "#lib/auth/passkeys.ts";
import {
  confirmAuthenticatorApp,
  enterSecondFactor,
  removeAuthenticatorApp,
  renewRecoveryCodes,
  startAuthenticatorApp,
} from "#lib/auth/second-factor.ts";
import { signInWithPasskey } from "#lib/web/auth-endpoints.ts";
import type { Handlers } from "#lib/web/router.ts";

export const secondFactorHandlers = {
  readPasskeyRequest: async () => passkeyRequest(),
  signInWithPasskey: ({ request, body }) => signInWithPasskey(request, body),
  enterSecondFactor: ({ user, origin, body }) => enterSecondFactor(origin, user, body.code),
  startAuthenticatorApp: ({ user }) => startAuthenticatorApp(user),
  confirmAuthenticatorApp: async ({ user, origin, body }) => ({
    recoveryCodes: await confirmAuthenticatorApp(origin, user, body.code),
  }),
  removeAuthenticatorApp: ({ user, origin }) => removeAuthenticatorApp(origin, user),
  readPasskeyCreation: async ({ user }) => ({ ...(await passkeyCreation(user)) }),
  addPasskey: async ({ user, origin, body }) => ({ recoveryCodes: await addPasskey(origin, user, body) }),
  removePasskey: ({ user, origin, params }) => removePasskey(origin, user, params.id),
  renewRecoveryCodes: async ({ user, origin }) => ({ recoveryCodes: await renewRecoveryCodes(origin, user) }),
} satisfies Partial<Handlers>;
