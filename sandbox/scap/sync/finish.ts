// Phase eleven, after production has the code: what remains to be refreshed.
import { startProgress } from "../progress.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";

const restartMs = 300;
const refreshMs = 500;

export async function finishDeployment(session: Session): Promise<void> {
  const { servers } = session.settings.world;
  const hosts = servers.filter(({ stage }) => stage !== "testservers");
  await timed(session, "sync-wikiversions", () => pause(session, refreshMs));

  reportStatus(session, "Restarting php-fpm");
  await timed(session, "php-fpm-restarts", async () => {
    const progress = startProgress(session, "php-fpm-restart", {
      total: hosts.length,
      ok: 0,
      failed: 0,
      inFlight: 1,
    });
    for (let ok = 1; ok <= hosts.length; ok++) {
      await pause(session, restartMs);
      progress.update({ ok, inFlight: ok < hosts.length ? 1 : 0 });
    }
    progress.finish();
  });

  session.out.info("Running purgeMessageBlobStore.php");
  await pause(session, refreshMs);
  session.out.stdout("All message blobs have been purged.\n");
}
