"use client";
import type { OwnSession } from "#lib/contract/own-account.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { deviceName } from "../../text/notification-text.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Moment } from "../../ui/time.tsx";
import { AccountSection } from "./account-section.tsx";
import styles from "./account.module.css";

const METHOD_LABELS: Record<OwnSession["method"], string> = {
  password: "password",
  passkey: "passkey",
  single_sign_on: "single sign-on",
};

type SessionSectionProps = { sessions: readonly OwnSession[]; onChanged: () => Promise<void> };

/** Where the account is signed in. */
export function SessionSection({ sessions, onChanged }: SessionSectionProps) {
  const end = useAction<string>(async (id, onSlow) => {
    await call("DELETE /api/account/sessions/{id}", { params: { id }, onSlow });
    await onChanged();
  });
  const endOthers = useAction(async (_, onSlow) => {
    await call("DELETE /api/account/sessions", { onSlow });
    await onChanged();
  });
  const problem = end.problem ?? endOthers.problem;
  return (
    <AccountSection
      title="Sessions"
      description="Browsers that are signed in to your account."
      action={
        sessions.length > 1 && (
          <Button isBusy={endOthers.isRunning} onClick={() => endOthers.run()}>
            End all other sessions
          </Button>
        )
      }
    >
      <ul className={styles.rows}>
        {sessions.map((session) => (
          <li key={session.id} className={styles.row}>
            <div>
              <div className={styles.name}>
                {deviceName(session.userAgent)}
                {session.isCurrent && " (this browser)"}
              </div>
              <SessionFacts session={session} />
            </div>
            {!session.isCurrent && (
              <Button weight="quiet" isBusy={end.isRunning} onClick={() => end.run(session.id)}>
                End session
              </Button>
            )}
          </li>
        ))}
      </ul>
      {problem !== undefined && <ProblemNotice problem={problem} />}
    </AccountSection>
  );
}

function SessionFacts({ session: { address, method, createdAt, lastUsedAt } }: { session: OwnSession }) {
  return (
    <div className={styles.facts}>
      {address !== null && `${address} · `}
      signed in by {METHOD_LABELS[method]} <Moment at={createdAt} /> · last used <Moment at={lastUsedAt} />
    </div>
  );
}
