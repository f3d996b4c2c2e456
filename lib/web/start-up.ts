// What a web process does before its first request: it adds the demo accounts in the sandbox, and starts to send
// notifications, to read the error source, to read the groups of signed-in people again, and to check windows. It also starts
// while the database is unreachable: the pages say so, and this is done when the database is back.
import { recordPolicy } from "../actions/record-policy.ts";
import { config, requireSetting } from "../config.ts";
import { isUnreachable } from "../db/connection.ts";
import { ensureDemoAccounts } from "../auth/demo-accounts.ts";
import { isAdmitted } from "../auth/admission.ts";
import { auth } from "../auth/auth.ts";
import { startChecks } from "../auth/oidc/checks.ts";
import { createErrorSource, startErrorPoller } from "../error-rate/poller.ts";
import { startNotifier } from "../notify/notifier.ts";
import { services } from "./services.ts";
import { onShutdown } from "./shutdown.ts";
import { startWindowChecker } from "./window-checker.ts";

const RETRY_MS = 1000;

export async function startWeb(): Promise<void> {
  const { log } = services();
  const checks = startChecks(auth(), log);
  onShutdown(() => checks.stop());
  await startWithDatabase();
}

async function startWithDatabase(): Promise<void> {
  const { db, log, policy, policyDigest } = services();
  try {
    await ensureDemoAccounts();
    await recordPolicy(db, { version: policy.version, digest: policyDigest });
    const databaseUrl = requireSetting(config().databaseUrl, "DATABASE_URL");
    const notifier = await startNotifier({
      db,
      databaseUrl,
      log,
      policy,
      isAdmitted: (account) => isAdmitted(account, auth().settings),
      settings: config(),
    });
    onShutdown(() => notifier.stop());
    const checker = startWindowChecker(services());
    onShutdown(() => checker.stop());
    const { errors } = config();
    if (errors !== undefined) {
      const { intervalMs } = errors;
      const poller = startErrorPoller({ db, log, source: createErrorSource(errors), intervalMs });
      onShutdown(() => poller.stop());
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    log.warn("web: the database is unreachable; adding demo accounts and sending notifications later", {
      error,
    });
    setTimeout(() => void startWithDatabase(), RETRY_MS);
  }
}
