import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./lib/db/schema.ts", "./lib/db/schema/auth.ts"],
  out: "./drizzle",
  schemaFilter: ["spiderpig", "auth"],
});
