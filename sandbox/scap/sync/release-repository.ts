// The update of the repository with the image build tools. The sandbox has none and only prints the line; a failure can be
// requested, because it is the only question before the sync starts.
import { QuietExit } from "../errors.ts";
import { pause, type Session } from "../session.ts";
import { proceedAnyway } from "../wording.ts";
import { takeRequestedFailure } from "./requested-failures.ts";

const UPDATE_MS = 300;

export async function updateReleaseRepository(session: Session): Promise<void> {
  session.out.info("Running git -C /srv/release pull --quiet");
  await pause(session, UPDATE_MS);
  if (!takeRequestedFailure(session, "release-repository")) return;
  session.out.error("Could not update local release repository using: 'git -C /srv/release pull --quiet'");
  if (await session.ask.yesNo(proceedAnyway)) return;
  session.out.info("Canceled by user");
  throw new QuietExit(1);
}
