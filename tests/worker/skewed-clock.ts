// Loaded into a worker before everything else: its time of day is off by CLOCK_SKEW_MS, that of the holders it starts too,
// and each SIGUSR2 sets it by CLOCK_STEP_MS. The machine's own clock is everybody's, so it cannot be set for a test.
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

// A holder gets nothing of the worker's environment.
const program = join(mkdtempSync(join(tmpdir(), "skewed-")), "node");
const self = fileURLToPath(import.meta.url);
writeFileSync(
  program,
  `#!/bin/sh\nexport CLOCK_SKEW_MS=${skewMs}\nexec ${process.execPath} --import ${self} "$@"\n`,
);
chmodSync(program, 0o755);
process.execPath = program;
