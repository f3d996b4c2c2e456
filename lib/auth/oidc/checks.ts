// Reads the groups of signed-in people from the identity provider again, each session within the interval of the settings. The
// role follows; a person who has lost the groups, or whom the provider refuses, is signed out. While the provider is
// unavailable, sessions continue: an outage of the provider must not stop deployments.
import { z } from "zod";
import { transaction } from "../../db/connection.ts";
import { claimDueSession, saveTokens, type SsoSession } from "../../db/sso.ts";
import type { Log } from "../../log.ts";
import type { OidcSettings } from "../../oidc-settings.ts";
import type { Auth } from "../auth.ts";
import { identityOf } from "./identity.ts";
import { confirmPerson, endRefusedSession, withdrawPerson } from "./people.ts";
import type { Grant, Provider } from "./provider.ts";
import { ProviderError } from "./provider-error.ts";
import { open, seal } from "./sealed.ts";

/** Of the interval: a check is due, and due checks are looked up. Together below 1, so that a check is never late. */
const DUE_SHARE = 0.6;
const ROUND_SHARE = 0.2;
const ROUND_MS_MAX = 30_000;
const CONCURRENT_CHECKS = 4;

export const tokensSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.string().optional(),
  idToken: z.string().optional(),
});

export function firstCheckMs({ checkMs }: OidcSettings): number {
  return checkMs * DUE_SHARE;
}

/** Checks due sessions until the process stops. Web processes share the work. */
export function startChecks(using: Auth, log: Log): { stop(): void } {
  if (using.sso === undefined) return { stop: () => undefined };
  const roundMs = Math.min(ROUND_MS_MAX, using.sso.settings.checkMs * ROUND_SHARE);
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void checkDueSessions(using, log).finally(() => {
      isRunning = false;
    });
  }, roundMs);
  return { stop: () => clearInterval(timer) };
}

export async function checkDueSessions(using: Auth, log: Log): Promise<void> {
  let isInterrupted = false;
  const checkUntilDone = async () => {
    while (!isInterrupted && (await checkNext(using)));
  };
  const runs = Array.from({ length: CONCURRENT_CHECKS }, async () => {
    await checkUntilDone().catch((error: unknown) => {
      // Others would wait for the same timeout.
      isInterrupted = true;
      log.warn("single sign-on: groups could not be read; sessions continue", { error });
    });
  });
  await Promise.all(runs);
}

/** @returns false if none is due. @throws ProviderError, unless the provider refuses the person; AppError database_unreachable. */
async function checkNext({ sso, settings }: Auth): Promise<boolean> {
  if (sso === undefined) return false;
  const { database: db, secret } = settings;
  const session = await claimDueSession(db, sso.settings.issuer, firstCheckMs(sso.settings));
  if (session === undefined) return false;
  const grant = await renew(session, sso.provider, secret);
  if (grant === undefined) {
    await endRefusedSession(db, session.sessionId);
    return true;
  }
  const identity = identityOf(grant.claims, sso.settings);
  if (typeof identity === "string") {
    await withdrawPerson(db, session);
    return true;
  }
  const sealed = await seal(secret, grant.tokens);
  await transaction(db, async (tx) => {
    await confirmPerson(tx, session, identity);
    await saveTokens(tx, session.sessionId, sealed);
  });
  return true;
}

/** Undefined when the provider has ended the person's session or disabled the person. */
async function renew(session: SsoSession, provider: Provider, secret: string): Promise<Grant | undefined> {
  const tokens = await open(secret, tokensSchema, session.tokens);
  // Sealed with another SESSION_SECRET; the session's cookie is not valid either.
  if (tokens === undefined) return undefined;
  try {
    return await provider.renew(session.subject, tokens);
  } catch (cause) {
    if (cause instanceof ProviderError && cause.kind === "refused") return undefined;
    throw cause;
  }
}
