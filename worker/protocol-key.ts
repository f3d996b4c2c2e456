// The key with which scap marks the lines of its own protocol. Each job has its own, derived from a secret of this host, so that any
// worker of the host can follow any job and the key itself is not stored.
import { createHmac, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const SECRET_BYTES = 32;

/** @param dataDir of this host; the secret is created there at the first use. */
export function createProtocolKeys(dataDir: string): (jobId: number) => string {
  const secret = readOrCreateSecret(path.join(dataDir, "protocol-secret"));
  return (jobId) => createHmac("sha256", secret).update(`job ${jobId}`).digest("hex");
}

/**
 * A power failure may have left the file without its content. Then the next file name is used. Replacing the file would be a race: a
 * worker could remove the secret that another one has just begun to use.
 */
function readOrCreateSecret(file: string, round = 0): Buffer {
  const name = round === 0 ? file : `${file}.${round}`;
  const secret = readSecret(name) ?? createSecret(name);
  return secret.length === SECRET_BYTES ? secret : readOrCreateSecret(file, round + 1);
}

function createSecret(file: string): Buffer {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.draft-${process.pid}`;
  writeFileSync(draft, randomBytes(SECRET_BYTES), { mode: 0o600, flush: true });
  try {
    // link() succeeds once: of two workers that start at the same time the second one uses the secret of the first.
    linkSync(draft, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file);
}

/** undefined when it does not exist. */
function readSecret(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
