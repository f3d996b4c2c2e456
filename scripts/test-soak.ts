// `npm run test:soak -- --jobs 1000`: whether anything is left or grows when many jobs, a very long one, or a very
// patient one go through a worker. The program itself belongs to the tests, which nothing here may import.
import { pathToFileURL } from "node:url";
import { inProject } from "./root.ts";

await import(pathToFileURL(inProject("tests/soak/main.ts")).href);
