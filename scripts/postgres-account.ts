/**
 * The account that PostgreSQL runs under. It refuses to run as root, which most containers start with.
 *
 * For an ordinary user it is the same account. For root it is the first of these that works:
 *   1. a user namespace in which root is mapped to nobody: files stay root's, paths below /root work, and no account of the
 *      system is involved. Many containers forbid it (Docker's default profile does);
 *   2. the account postgres or nobody, if every directory on the way is open to it;
 *   3. the same with the one capability to pass closed directories, for a checkout below /root in such a container. Last,
 *      because it lets the server read more than its own files.
 * Existing data keeps the owner it was created with.
 */
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export type Account = {
  /** What precedes a program and its arguments. It becomes the program. */
  command: readonly [string, ...string[]];
  /** Makes a file or directory the account's own. */
  own: (path: string) => void;
};

/** The server gets SIGINT, for a fast shutdown, when its parent has exited. */
const STOP_WITH_PARENT = ["setpriv", "--pdeathsig", "INT"] as const;
const USER_NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"] as const;
const PASS_CLOSED_DIRECTORIES = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];

const PLAIN: Account = { command: STOP_WITH_PARENT, own: () => undefined };
const NAMESPACE: Account = { command: [...USER_NAMESPACE, ...STOP_WITH_PARENT], own: () => undefined };

/**
 * @param directory must exist; holds `data` once there is a cluster
 * @param program is run with --version from within the directory, to see whether an account works
 */
export function chooseAccount(directory: string, program: string): Account {
  const us = process.getuid?.() ?? -1;
  const data = join(directory, "data");
  const owner = statSync(us === 0 && existsSync(data) ? data : directory);
  if (us !== 0 && owner.uid !== us) {
    throw new Error(
      `${directory} belongs to uid ${owner.uid}: start as that account or choose another DATA_DIR`,
    );
  }
  const accounts = us === 0 ? accountsForRoot(existsSync(data) ? owner : undefined) : [PLAIN];
  const working = accounts.find(({ command: [command, ...args], own }) => {
    own(directory);
    const probe = ["sh", "-c", 'cd "$0" && "$1" --version', directory, program];
    return spawnSync(command, [...args, ...probe], { stdio: "ignore" }).status === 0;
  });
  if (working !== undefined) return working;
  throw new Error(
    us === 0
      ? "PostgreSQL does not run as root, and neither a user namespace nor another account works here: " +
          "start as an ordinary user or set DATABASE_URL"
      : "the embedded PostgreSQL does not run on this machine (it needs glibc 2.27 and setpriv): set DATABASE_URL",
  );
}

type Ids = { uid: number; gid: number };

/** @param owner of the cluster, if there is one. */
function accountsForRoot(owner: Ids | undefined): Account[] {
  if (owner?.uid === 0) return [NAMESPACE];
  const ids = owner === undefined ? systemAccounts() : [owner];
  const change = (more: readonly string[]): Account[] =>
    ids.map(({ uid, gid }) => ({
      command: [...STOP_WITH_PARENT, `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", ...more],
      own: (path) => chownSync(path, uid, gid),
    }));
  return [...(owner === undefined ? [NAMESPACE] : []), ...change([]), ...change(PASS_CLOSED_DIRECTORIES)];
}

function systemAccounts(): Ids[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return ["postgres", "nobody"].flatMap((name) => {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    return uid === undefined || gid === undefined ? [] : [{ uid: Number(uid), gid: Number(gid) }];
  });
}
