/**
 * Finds a browser for the browser tests: an installed one that starts, else the one that came with the packages,
 * unpacked once per version into .cache. Nothing is installed into the system.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { environment, inProject } from "../root.ts";

const INSTALLED = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** Absolute path or name of a program that answers --version. Throws with what to do when there is none. */
export function findChromium(): string {
  const chosen = process.env["CHROMIUM_PATH"];
  if (chosen !== undefined && chosen !== "") {
    if (starts(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH: ${chosen} does not start`);
  }
  // A distribution may have a script of that name that only says how to install one, so each is started once.
  const installed = INSTALLED.flatMap((name) =>
    ["/usr/bin", "/usr/local/bin", "/opt/google/chrome"].map((at) => join(at, name)),
  );
  const found = installed.find((path) => existsSync(path) && starts(path));
  if (found !== undefined) return found;
  const brought = unpackedChromium();
  if (starts(brought)) return brought;
  throw new Error("no browser starts here: install chromium or set CHROMIUM_PATH");
}

/**
 * A script that starts the packaged browser, with the packaged libraries and fonts if the system has none: those of a
 * system are newer.
 */
export function unpackedChromium(): string {
  const manifest = inProject("node_modules/@sparticuz/chromium/package.json");
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, "utf8")));
  const home = inProject(".cache", `chromium-${version}`);
  const script = join(home, "start.sh");
  if (existsSync(script)) return script;
  const partial = `${home}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  try {
    // The package unpacks into the temporary directory and reuses what is there, so it gets one of its own.
    const unpack = spawnSync(process.execPath, [inProject("scripts/test/unpack-chromium.ts")], {
      env: environment({ TMPDIR: partial }),
      encoding: "utf8",
    });
    if (unpack.status !== 0) {
      throw new Error(`cannot unpack Chromium: ${unpack.stderr.trim().split("\n").at(-1)}`);
    }
    writeFileSync(join(partial, "fonts/fonts.conf"), FONTS);
    writeFileSync(join(partial, "start.sh"), START, { mode: 0o755 });
    if (!existsSync(home)) renameSync(partial, home);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return script;
}

const START = `#!/bin/sh
here=$(dirname "$0")
if ! "$here/chromium" --version >/dev/null 2>&1; then
  LD_LIBRARY_PATH="$here/al2023/lib"
  export LD_LIBRARY_PATH
fi
if [ ! -e /etc/fonts/fonts.conf ]; then
  FONTCONFIG_PATH="$here/fonts"
  export FONTCONFIG_PATH
fi
exec "$here/chromium" "$@"
`;

const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir prefix="relative">fonts</dir><cachedir prefix="xdg">fontconfig</cachedir></fontconfig>
`;

function starts(program: string): boolean {
  return spawnSync(program, ["--version"], { stdio: "ignore", timeout: 20_000 }).status === 0;
}
