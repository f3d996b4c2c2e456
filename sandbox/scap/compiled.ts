// The directory of Node's compile cache for these files, which shortens each start.
import { join } from "node:path";

export function compiledDirectory(sandboxDirectory: string): string {
  return join(sandboxDirectory, "compiled");
}
