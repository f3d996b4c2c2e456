// Updates the repository with the tools that build images. The sandbox has none, so this is a line and a wait; a failure
// can be requested, because it is the only one at which scap asks before it has started anything.
import { PlainExit } from "../errors.ts";
import { pause, type Session } from "../session.ts";
import { proceedAnyway } from "../wording.ts";
import { takeFault } from "./faults.ts";

const updateMs = 300;

export async function updateReleaseRepository(session: Session): Promise<void> {
  session.out.info("Running git -C /srv/release pull --quiet");
  await pause(session, updateMs);
  if (!takeFault(session, "release-repository")) return;
  session.out.warning("The release repository could not be updated: a failure was requested");
  if (!(await session.ask.yesNo(proceedAnyway))) throw new PlainExit("Canceled by user");
}
