// The two ways in which sign-out reaches both sides: the browser of a person who signs out here ends its session at the identity
// provider as well, and the provider reports sessions that have ended there (back-channel logout).
import { findSsoSession } from "../../db/sso.ts";
import { AppError } from "../../errors.ts";
import { type Auth, auth } from "../auth.ts";
import { open } from "./sealed.ts";
import { ProviderError } from "./provider-error.ts";
import { tokensSchema } from "./checks.ts";
import { endReportedSessions } from "./people.ts";
import { configured } from "./single-sign-on.ts";

/** Where the browser ends its session at the provider; undefined for other sessions, and while the provider is unavailable. */
export async function providerSignOutUrl(
  sessionId: string,
  { sso, settings: { database: db, secret, publicUrl } }: Auth = auth(),
): Promise<string | undefined> {
  const session = sso === undefined ? undefined : await findSsoSession(db, sessionId);
  const tokens = session === undefined ? undefined : await open(secret, tokensSchema, session.tokens);
  if (sso === undefined || tokens === undefined) return undefined;
  return sso.provider.signOutUrl(tokens, `${publicUrl}/sign-in`).catch((error: unknown) => {
    // The session here ends in any case.
    if (error instanceof ProviderError) return undefined;
    throw error;
  });
}

/** Back-channel logout. @throws AppError invalid_request, sso_unreachable, sso_not_configured. */
export async function endSessionsOfToken(logoutToken: string, using: Auth = auth()): Promise<void> {
  const { provider } = configured(using);
  const ended = await provider.readLogoutToken(logoutToken).catch((cause: unknown) => {
    if (!(cause instanceof ProviderError)) throw cause;
    if (cause.kind === "unavailable") throw new AppError("sso_unreachable", { cause });
    throw new AppError("invalid_request", { detail: "The logout token is not valid.", cause });
  });
  await endReportedSessions(using.settings.database, ended);
}
