// Global setup: builds the pages before the first installation starts, so that the timeout of the start does not include the
// build, which may take minutes on a busy machine. `npm test` has built them already; running Playwright alone has not.
import { buildPages } from "../../../scripts/pages.ts";
import { inProject } from "../../../scripts/root.ts";

export default async function pages(): Promise<void> {
  await buildPages(inProject(".cache/build.log"));
}
