import type { TokenScope } from "#lib/domain/permission.ts";

export const SCOPE_LABELS: Record<TokenScope, { label: string; permissions: string }> = {
  read: { label: "Read", permissions: "can view everything" },
  deploy: { label: "Deploy", permissions: "can also start, answer and stop jobs" },
  admin: { label: "Admin", permissions: "can do all that your role can, except changing your account" },
};
