/**
 * Under which account PostgreSQL runs. It refuses to run as root, and root is what most containers start with.
 *
 * As an ordinary user there is nothing to do. As root, in this order:
 *   1. a user namespace, in which root looks like nobody: files stay root's, paths below /root work, no account
 *      of the system is involved. Many containers forbid it (Docker's default profile does);
 *   2. the account postgres or nobody, where every directory on the way is open to it;
 *   3. the same account with the one capability to pass closed directories, for a checkout below /root in such
 *      a container. Last, because it lets the server read more than its own files.
 * A directory of data keeps the way it was made, read off from its owner: the ways do not mix.
 */
import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export type Account = {
  /** What to put before a command. */
  prefix: readonly string[];
  /** For child_process.spawn. */
  ids: { uid?: number; gid?: number };
  /** Makes a file or directory the account's own. */
  own(path: string): void;
};

const USER_NAMESPACE = ["unshare", "--user", "--map-user=65534", "--map-group=65534"];
const PASS_CLOSED_DIRECTORIES = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"];

/**
 * @param directory holds `data`, once there is one; must exist
 * @param program is run with --version from within the directory to see whether a way works
 * @param us the uid to decide for; a parameter so that tests can ask what another one would get
 */
export function chooseAccount(directory: string, program: string, us = process.getuid?.() ?? -1): Account {
  const data = join(directory, "data");
  const owner = statSync(us === 0 && existsSync(data) ? data : directory);
  if (us !== 0 && owner.uid !== us) {
    throw new Error(
      `${directory} belongs to uid ${owner.uid}: start as that account or choose another DATA_DIR`,
    );
  }
  const ways = us === 0 ? waysForRoot(existsSync(data) ? owner : undefined) : [plain];
  const works = ways.find((account) => {
    account.own(directory);
    const probe = ["-c", 'cd "$0" && "$1" --version', directory, program];
    const [command, args] = commandFor(account, "sh", probe);
    return spawnSync(command, args, { ...account.ids, stdio: "ignore" }).status === 0;
  });
  if (works !== undefined) return works;
  throw new Error(
    us === 0
      ? "PostgreSQL does not run as root, and neither a user namespace nor another account works here: " +
          "start as an ordinary user or set DATABASE_URL"
      : "the embedded PostgreSQL does not run on this machine (it needs glibc 2.27): set DATABASE_URL",
  );
}

/** Program and arguments for spawn. */
export function commandFor(
  account: Account,
  program: string,
  args: readonly string[],
): [program: string, args: string[]] {
  const [first, ...rest] = account.prefix;
  return first === undefined ? [program, [...args]] : [first, [...rest, program, ...args]];
}

type Ids = { uid: number; gid: number };

const plain: Account = { prefix: [], ids: {}, own: () => undefined };

/** @param owner who made the cluster, when there is one already */
function waysForRoot(owner: Ids | undefined): Account[] {
  const namespace: Account = { prefix: USER_NAMESPACE, ids: {}, own: () => undefined };
  if (owner?.uid === 0) return [namespace];
  const accounts = owner === undefined ? systemAccounts() : [owner];
  const open = accounts.map(({ uid, gid }) => ({ prefix: [], ids: { uid, gid }, own: ownBy({ uid, gid }) }));
  const closed = accounts.map(({ uid, gid }) => {
    const become = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
    return { prefix: [...become, ...PASS_CLOSED_DIRECTORIES], ids: {}, own: ownBy({ uid, gid }) };
  });
  return [...(owner === undefined ? [namespace] : []), ...open, ...closed];
}

function ownBy({ uid, gid }: Ids): (path: string) => void {
  return (path) => chownSync(path, uid, gid);
}

function systemAccounts(): Ids[] {
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  return ["postgres", "nobody"].flatMap((name) => {
    const [, , uid, gid] = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    return uid === undefined || gid === undefined ? [] : [{ uid: Number(uid), gid: Number(gid) }];
  });
}
