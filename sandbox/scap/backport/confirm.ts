// A no to any question of backport cancels it.
import { QuietExit } from "../errors.ts";
import type { YesNoQuestion } from "../prompts.ts";
import type { Session } from "../session.ts";
import type { Operation } from "../wording.ts";

/** Ends the command with exit code 0 when the answer is no. */
export async function confirmOrCancel(
  session: Session,
  question: YesNoQuestion,
  operation: Operation,
): Promise<void> {
  if (await session.ask.yesNo(question)) return;
  session.out.info(`${operation === "backport" ? "Backport" : "Revert"} cancelled`);
  throw new QuietExit(0);
}
