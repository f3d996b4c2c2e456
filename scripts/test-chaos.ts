// `npm run test:chaos -- --rounds 20 --seed 7 --verbose`: deployments while workers, web processes, holders and the
// database die. The program itself belongs to the tests, which nothing here may import.
import { pathToFileURL } from "node:url";
import { inProject } from "./root.ts";

await import(pathToFileURL(inProject("tests/chaos/main.ts")).href);
