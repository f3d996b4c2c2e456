// The sandbox's scap. Reads the command line, runs the one subcommand, and decides how every kind of ending
// looks: its words, its colour, its bell and its exit code.
//
// Subcommands are imported when they are asked for. A deployment starts three of these processes, and what
// they do not need would delay each of them; for the same reason compiled code is kept in the sandbox.
import { enableCompileCache } from "node:module";
import { compiledDirectory } from "./compiled.ts";

const { SANDBOX_DIR } = process.env;
if (SANDBOX_DIR) enableCompileCache(compiledDirectory(SANDBOX_DIR));
const { runScap } = await import("./run.ts");
process.exit(await runScap(process.argv.slice(2)));
