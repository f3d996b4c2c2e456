// Before the first world is started, so that its bound is for starting alone: a build may take minutes on a machine
// that has much else to do. `npm test` has done it already; Playwright by itself has not.
import { buildPages } from "../../../scripts/pages.ts";
import { inProject } from "../../../scripts/root.ts";

export default async function pages(): Promise<void> {
  await buildPages(inProject(".cache/build.log"));
}
