// What a worker needs on its host: scap, and a directory for journals.
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from "node:fs";
import { type Config, inheritableEnvironment, requireSetting } from "#lib/config.ts";
import { readScapVersion } from "#lib/scap-version.ts";
import { type Check, failed, type Finding, ok, warning } from "./check.ts";

/** Journals of a day of noisy deployments: a warning long before the worker starts no more jobs. */
const FREE_BYTES_MIN = 1024 ** 3;
/** Magic numbers of network file systems (statfs(2)): NFS, SMB2, CIFS, FUSE. */
const NETWORK_FILE_SYSTEMS = new Set([0x6969, 0xfe53_4d42, 0xff53_4d42, 0x6573_5546]);

export function workerChecks(settings: Config): Check[] {
  return [
    { name: "scap", run: () => checkScap(settings) },
    { name: "data directory", run: async () => checkDataDirectory(settings) },
  ];
}

async function checkScap({ scapCommand, scapDirectory: cwd, scapEnvironment }: Config): Promise<Finding> {
  const command = requireSetting(scapCommand, "SCAP_COMMAND");
  const found = await readScapVersion(command, { cwd, env: inheritableEnvironment(scapEnvironment) });
  return "version" in found ? ok(found.version) : failed(found.problem);
}

function checkDataDirectory({ dataDir, minFreeDiskBytes }: Config): Finding {
  if (!existsSync(dataDir)) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  const { type, bavail, bsize } = statfsSync(dataDir);
  if (NETWORK_FILE_SYSTEMS.has(type)) {
    return failed(`${dataDir} is on a network file system: DATA_DIR must be a local directory of this host`);
  }
  const free = bavail * bsize;
  const message = `${dataDir} is writable, ${(free / 1024 ** 3).toFixed(1)} GiB are free`;
  if (free < minFreeDiskBytes) return failed(`${message}: the worker starts no jobs (MIN_FREE_DISK_MIB)`);
  return free < FREE_BYTES_MIN ? warning(`${message}: deployments fail on a full disk`) : ok(message);
}
