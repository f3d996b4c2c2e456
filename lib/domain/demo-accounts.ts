// Accounts of the sandbox. They exist only in sandbox mode and only while the server listens on loopback (lib/config.ts); the
// supervisor prints them and the sign-in page offers them.
import type { Role } from "./permission.ts";

export const DEMO_ACCOUNTS = [
  { name: "deployer", role: "deployer", password: "spiderpig-deployer" },
  { name: "second-deployer", role: "deployer", password: "spiderpig-second" },
  { name: "viewer", role: "viewer", password: "spiderpig-viewer" },
  { name: "admin", role: "admin", password: "spiderpig-admin" },
] as const satisfies readonly { name: string; role: Role; password: string }[];
