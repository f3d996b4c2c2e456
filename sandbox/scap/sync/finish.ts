// Phase eleven, after production: the refreshes at the end.
import { startProgress } from "../progress.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";

const REBUILD_MS = 150;
const RESTART_MS = 300;
const REFRESH_MS = 500;

export async function finishDeployment(session: Session): Promise<void> {
  const { servers } = session.settings.sandbox;
  const hosts = servers.filter(({ stage }) => stage !== "testservers");
  await forEachHost(session, "scap-cdb-rebuild", hosts.length, REBUILD_MS);
  await timed(session, "sync-wikiversions", () => pause(session, REFRESH_MS));

  reportStatus(session, "Restarting php-fpm");
  await forEachHost(session, "php-fpm-restart", hosts.length, RESTART_MS);

  session.out.info("Running purgeMessageBlobStore.php");
  await pause(session, REFRESH_MS);
  session.out.stdout("All message blobs have been purged.\n");
}

/** One host after the other. The name of the phase is the plural of the task. */
function forEachHost(session: Session, task: string, total: number, hostMs: number): Promise<void> {
  return timed(session, `${task}s`, async () => {
    const progress = startProgress(session, task, { total, ok: 0, failed: 0, inFlight: 1 });
    for (let ok = 1; ok <= total; ok++) {
      await pause(session, hostMs);
      progress.update({ ok, inFlight: ok < total ? 1 : 0 });
    }
    progress.finish();
  });
}
