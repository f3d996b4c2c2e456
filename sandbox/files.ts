// The few things the sandbox's world does with files: replacing one in one step, reading JSON, and telling a
// missing file from other trouble.
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

/** Replaces a file in one step, so that a reader sees the old text or the new one and never a part of it. */
export async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  await writeFile(draft, text);
  await rename(draft, file);
}

/** Null for a file that is missing or holds no JSON. */
export async function readJson<Content>(file: string): Promise<Content | null> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Content;
  } catch (cause) {
    if (cause instanceof SyntaxError || isMissing(cause)) return null;
    throw cause;
  }
}

/** There is no such file, or there cannot be one of that name. */
export function isMissing(cause: unknown): boolean {
  return missingCodes.has((cause as NodeJS.ErrnoException).code ?? "");
}

const missingCodes = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG"]);
