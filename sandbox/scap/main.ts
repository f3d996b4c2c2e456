// The entry point of the sandbox's scap. A deployment starts three of these processes, so each imports only the code of its
// subcommand, and compiled code is cached in the checkout.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "../../.cache/compiled"));
const { runScap } = await import("./run.ts");
process.exit(await runScap(process.argv.slice(2)));
