// Who sends a request, from the key of a session or from an API token. One query each; it also records when they were last used.
import { findCaller } from "../db/api-tokens.ts";
import { findSession } from "../db/sessions.ts";
import type { User } from "../domain/permission.ts";
import { signInStep } from "../domain/second-factor.ts";
import { isAdmitted } from "./admission.ts";
import type { AuthSettings } from "./auth.ts";

/** @throws AppError database_unreachable. */
export async function findTokenUser(token: string, settings: AuthSettings): Promise<User | undefined> {
  const found = await findCaller(settings.database, token);
  if (found === undefined || !isAdmitted(found, settings)) return undefined;
  const { userId: id, name, role, scope } = found;
  return { id, name, role, scope };
}

/** @throws AppError database_unreachable. */
export async function findSessionUser(token: string, settings: AuthSettings): Promise<User | undefined> {
  const found = await findSession(settings.database, token);
  if (found === undefined || !isAdmitted(found, settings)) return undefined;
  const { userId: id, name, role, sessionId, isConfirmed } = found;
  const step = signInStep(found, settings.secondFactorRequired ?? []);
  // A password that was entered long ago is no longer the first of two factors.
  if (step !== undefined && !isConfirmed) return undefined;
  return { id, name, role, session: { id: sessionId, step, isConfirmed } };
}
