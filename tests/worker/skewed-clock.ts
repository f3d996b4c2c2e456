// Preloaded into a worker: shifts its clock, and that of the holders it starts, by CLOCK_SKEW_MS; each SIGUSR2 shifts it by
// another CLOCK_STEP_MS. The system clock is shared by all processes, so a test cannot set it.
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import process from "node:process";

const RealDate = Date;
let skewMs = Number(process.env["CLOCK_SKEW_MS"] ?? 0);
const stepMs = Number(process.env["CLOCK_STEP_MS"] ?? 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: [number?]) => new target(args[0] ?? target.now() + skewMs),
  get: (target, name): unknown =>
    name === "now" ? () => target.now() + skewMs : (Reflect.get(target, name) as unknown),
});

process.on("SIGUSR2", () => {
  skewMs += stepMs;
});

// A holder does not inherit the worker's environment.
const program = join(mkdtempSync(join(tmpdir(), "skewed-")), "node");
const self = fileURLToPath(import.meta.url);
writeFileSync(
  program,
  `#!/bin/sh\nexport CLOCK_SKEW_MS=${skewMs}\nexec ${process.execPath} --import ${self} "$@"\n`,
);
chmodSync(program, 0o755);
process.execPath = program;
