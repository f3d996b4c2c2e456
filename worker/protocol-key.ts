// The key by which scap marks the lines of its own protocol. Each job has its own, made from a secret of this host, so
// that any worker here can follow any job and the key itself is stored nowhere.
import { createHmac, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const SECRET_BYTES = 32;

/** @param dataDir of this host; the secret is made there at the first use. */
export function createProtocolKeys(dataDir: string): (jobId: number) => string {
  const secret = readOrMakeSecret(path.join(dataDir, "protocol-secret"));
  return (jobId) => createHmac("sha256", secret).update(`job ${jobId}`).digest("hex");
}

/**
 * A power cut may have left the file without its content. It is passed over, not replaced: of two workers that start
 * together one would take away what the other has just begun to use.
 */
function readOrMakeSecret(file: string, round = 0): Buffer {
  const name = round === 0 ? file : `${file}.${round}`;
  const secret = readSecret(name) ?? makeSecret(name);
  return secret.length === SECRET_BYTES ? secret : readOrMakeSecret(file, round + 1);
}

function makeSecret(file: string): Buffer {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.draft-${process.pid}`;
  writeFileSync(draft, randomBytes(SECRET_BYTES), { mode: 0o600, flush: true });
  try {
    // A link is made once: of two workers that start together the second one finds the secret of the first.
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file);
}

/** undefined when there is none. */
function readSecret(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
