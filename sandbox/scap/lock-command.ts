// `scap lock [reason]` keeps everybody else from deploying until Enter is pressed; `scap lock --unlock` takes
// the lock away from whoever holds it.
import { PlainExit } from "./errors.ts";
import { acquireLock, clearLock, lockHolder } from "./lock.ts";
import type { Session } from "./session.ts";

export async function lockCommand(session: Session, args: readonly string[]): Promise<number> {
  if (args.includes("--unlock")) return unlock(session);
  const reason = args.filter((argument) => !argument.startsWith("-")).join(" ");
  if (reason === "") throw new PlainExit("scap lock: a reason is needed", 2);

  const release = await acquireLock(session, reason);
  try {
    session.out.info("Deployments are locked.");
    // A line of the log and not a prompt: the cursor waits on the line below it.
    session.out.info("Press enter to unlock...");
    await session.ask.acknowledge({ id: "O10", text: "" });
  } finally {
    release();
  }
  session.out.info("Unlocked.");
  return 0;
}

async function unlock(session: Session): Promise<number> {
  const holder = lockHolder(session);
  if (holder === undefined) throw new PlainExit("There is no lock.", 0);
  const text = `Lock details:\n  locker: ${holder.user}\n  time acquired (UTC): ${holder.since}\n  reason: ${holder.reason}\nClear lock?`;
  const confirmed = await session.ask.yesNo({ id: "O9", text, defaultAnswer: false });
  if (!confirmed) throw new PlainExit("Aborting: Canceled by user");
  clearLock(session);
  return 0;
}
