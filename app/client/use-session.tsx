"use client";
// Who looks at the page and what they may do. For showing only: the server decides on every request.
import { createContext, useContext, type ReactNode } from "react";
import type { Action, Role } from "#lib/domain/permission.ts";

export type Session = {
  user: { name: string; role: Role };
  permissions: readonly Action[];
  /** The changes, the servers and the accounts are those of the sandbox. */
  sandbox: boolean;
  /** Where a task can be read, with `{task}` in place of its number; null when that is not known. */
  taskUrl: string | null;
};

const SessionContext = createContext<Session | undefined>(undefined);

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("useSession outside of SessionProvider");
  return session;
}

export function usePermission(action: Action): boolean {
  return useSession().permissions.includes(action);
}
