// Where Node keeps what it made of these files, so that it need not strip and compile them at each start.
import { join } from "node:path";

export function compiledDirectory(sandboxDirectory: string): string {
  return join(sandboxDirectory, "compiled");
}
