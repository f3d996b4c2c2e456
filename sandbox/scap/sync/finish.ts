// Phase eleven, after production: the refreshes at the end.
import { startProgress } from "../progress.ts";
import { pause, reportStatus, timed, type Session } from "../session.ts";

const rebuildMs = 150;
const restartMs = 300;
const refreshMs = 500;

export async function finishDeployment(session: Session): Promise<void> {
  const { servers } = session.settings.sandbox;
  const hosts = servers.filter(({ stage }) => stage !== "testservers");
  await forEachHost(session, "scap-cdb-rebuild", hosts.length, rebuildMs);
  await timed(session, "sync-wikiversions", () => pause(session, refreshMs));

  reportStatus(session, "Restarting php-fpm");
  await forEachHost(session, "php-fpm-restart", hosts.length, restartMs);

  session.out.info("Running purgeMessageBlobStore.php");
  await pause(session, refreshMs);
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
