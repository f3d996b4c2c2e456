"use client";
// The signed-in user and their permissions. For display only: the server checks permissions on every request.
import { createContext, useContext, type ReactNode } from "react";
import type { Action, Role } from "#lib/domain/permission.ts";
import type { Policy } from "#lib/domain/policy.ts";
import type { Operation } from "#lib/contract/operation.ts";

export type Session = {
  user: { name: string; role: Role };
  permissions: readonly Action[];
  /** Changes, servers and accounts are those of the sandbox. */
  sandbox: boolean;
  /** The URL of a task, with `{task}` as placeholder for its number; null when it is not configured. */
  taskUrl: string | null;
  policy: Policy;
  /** Null if no error source is configured. */
  errors: { dashboardUrl: string | null } | null;
  /** May override the policy for a job. */
  canOverridePolicy: boolean;
  /** A worker reads the state of the train. */
  hasTrain: boolean;
  /** The operations of this installation. */
  operations: readonly SessionOperation[];
};

export type SessionOperation = Pick<Operation, "kind" | "name" | "isPermitted">;

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
