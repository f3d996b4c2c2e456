// `scap lock`: keeps every deployment from starting until Enter is pressed, or until `scap lock --unlock-all` ends it.
import { KeyboardInterrupt, PlainExit, QuietExit } from "./errors.ts";
import { acquireLock, activeHolder } from "./lock.ts";
import { actor, duration, pause, type Session } from "./session.ts";
import { discardTypeAhead, readLine } from "./terminal-io.ts";
import { clearLock } from "./wording.ts";

const EVERYTHING = "ALL REPOSITORIES";
const POLL_INTERVAL_MS = 1_000;

export async function lock(session: Session, args: readonly string[]): Promise<number> {
  const unknown = args.find((one) => one.startsWith("-") && one !== "--all" && one !== "--unlock-all");
  if (unknown !== undefined) throw new PlainExit(`scap lock: unknown option ${unknown}`, 2);
  const reason = args.filter((one) => !one.startsWith("-")).join(" ");
  if (reason === "") {
    session.out.error("Cannot lock repositories without a reason");
    throw new QuietExit(1);
  }
  return args.includes("--unlock-all") ? unlock(session, reason) : holdLock(session, reason);
}

async function holdLock(session: Session, reason: string): Promise<number> {
  const { out, interrupts } = session;
  const release = await acquireLock(session, reason);
  try {
    out.info(`Locking from deployment [${EVERYTHING}]: ${reason}`);
    // Not a question of scap's protocol: the real command reads the terminal by itself.
    discardTypeAhead();
    out.info("Press enter to unlock...");
    await readLine(interrupts);
  } catch (error) {
    // Ctrl-C unlocks as well.
    if (!(error instanceof KeyboardInterrupt)) throw error;
  } finally {
    release();
  }
  const took = duration(Date.now() - session.startedAt);
  out.info(`Unlocked for deployment [${EVERYTHING}]: ${reason} (duration: ${took})`);
  return 0;
}

async function unlock(session: Session, reason: string): Promise<number> {
  const { out, ask, settings } = session;
  const holder = activeHolder(settings.directory);
  if (holder === undefined || holder.command !== "lock") {
    out.error(holder === undefined ? "There is no lock" : `The lock is held by a running ${holder.command}`);
    throw new QuietExit(1);
  }
  if (!(await ask.yesNo(clearLock(holder)))) throw new PlainExit("Aborting: Canceled by user");
  process.kill(holder.pid, "SIGINT");
  while (activeHolder(settings.directory)?.pid === holder.pid) await pause(session, POLL_INTERVAL_MS);
  out.info(`Lock cleared by ${actor(session)}: ${reason}`);
  return 0;
}
