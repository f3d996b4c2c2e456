// The entry point of the sandbox's scap. A deployment starts three of these processes, so each imports only the code of its
// subcommand, and compiled code is cached in the sandbox's directory.
import { enableCompileCache } from "node:module";
import { compiledDirectory } from "./compiled.ts";

const { SANDBOX_DIR } = process.env;
if (SANDBOX_DIR) enableCompileCache(compiledDirectory(SANDBOX_DIR));
const { runScap } = await import("./run.ts");
process.exit(await runScap(process.argv.slice(2)));
