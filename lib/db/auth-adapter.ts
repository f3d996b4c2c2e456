// The storage of better-auth: its drizzle adapter on the connection pool of the process.
import { drizzleAdapter } from "better-auth/adapters/drizzle";
import { drizzle } from "drizzle-orm/node-postgres";
import type { Database } from "./connection.ts";
import { account, rateLimit, session, user, verification } from "./schema/auth.ts";

export function authAdapter(db: Database): ReturnType<typeof drizzleAdapter> {
  return drizzleAdapter(drizzle({ client: db.pool }), {
    provider: "pg",
    schema: { user, session, account, verification, rateLimit },
    transaction: true,
  });
}
