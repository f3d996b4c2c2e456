/** `npm run build`: makes the pages for `npm run web`. `npm start` and `npm test` do it by themselves. */
import { mkdirSync } from "node:fs";
import { buildPages } from "./pages.ts";
import { inProject } from "./root.ts";
import { step } from "./steps.ts";

mkdirSync(inProject(".cache"), { recursive: true });
try {
  await step("pages", "building them, if they have changed", () => buildPages(inProject(".cache/build.log")));
} catch (cause) {
  process.stderr.write(`${cause instanceof Error ? cause.message : String(cause)}\n`);
  process.exitCode = 1;
}
