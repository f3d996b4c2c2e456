// What a worker needs on its host: scap, and a directory for journals.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, statfsSync } from "node:fs";
import { type Config, requireSetting } from "#lib/config.ts";
import { type Check, failed, type Finding, ok, warning } from "./check.ts";

const SCAP_TIMEOUT_MS = 30_000;
/** Journals of a day of noisy deployments. */
const FREE_BYTES_MIN = 1024 ** 3;
/** Magic numbers of network file systems (statfs(2)): NFS, SMB2, CIFS, FUSE. */
const NETWORK_FILE_SYSTEMS = new Set([0x6969, 0xfe53_4d42, 0xff53_4d42, 0x6573_5546]);

export function workerChecks(settings: Config): Check[] {
  return [
    { name: "scap", run: async () => checkScap(settings) },
    { name: "data directory", run: async () => checkDataDirectory(settings) },
  ];
}

function checkScap({ scapCommand, scapDirectory }: Config): Finding {
  const [program = "", ...args] = requireSetting(scapCommand, "SCAP_COMMAND");
  const { error, status, stdout, stderr } = spawnSync(program, [...args, "version"], {
    cwd: scapDirectory,
    encoding: "utf8",
    timeout: SCAP_TIMEOUT_MS,
  });
  if (error !== undefined) return failed(`cannot run ${program}: ${error.message}`);
  const said = `${stdout}\n${stderr}`.trim().split("\n")[0] ?? "";
  return status === 0 ? ok(said) : failed(`${program} version ended with exit code ${status}: ${said}`);
}

function checkDataDirectory({ dataDir }: Config): Finding {
  if (!existsSync(dataDir)) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  const { type, bavail, bsize } = statfsSync(dataDir);
  if (NETWORK_FILE_SYSTEMS.has(type)) {
    return failed(`${dataDir} is on a network file system: DATA_DIR must be a local directory of this host`);
  }
  const free = bavail * bsize;
  const message = `${dataDir} is writable, ${(free / 1024 ** 3).toFixed(1)} GiB are free`;
  return free < FREE_BYTES_MIN ? warning(`${message}: deployments fail on a full disk`) : ok(message);
}
