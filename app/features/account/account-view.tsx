"use client";
// The account page: password, second factors, sessions, API tokens, and the way to the settings of notifications.
import { useState } from "react";
import type { OwnAccount } from "#lib/contract/own-account.ts";
import { call } from "../../client/api.ts";
import { useSession } from "../../client/use-session.tsx";
import { ROLE_LABELS } from "../../text/labels.ts";
import { Button } from "../../ui/button.tsx";
import { Main } from "../../ui/main.tsx";
import { NotificationSettings } from "../shell/lazy-dialogs.tsx";
import { PageDock } from "../shell/page-dock.tsx";
import { AccountSection } from "./account-section.tsx";
import { PasswordSection } from "./password-section.tsx";
import { SecondFactorSection } from "./second-factor-section.tsx";
import { SessionSection } from "./session-section.tsx";
import { TokenSection } from "./token-section.tsx";
import { ConfirmationProvider } from "./use-confirmation.tsx";
import styles from "./account.module.css";

export function AccountView({ rendered }: { rendered: OwnAccount }) {
  const { user } = useSession();
  const [account, setAccount] = useState(rendered);
  const [isConfiguring, setConfiguring] = useState(false);
  const reload = async () => setAccount(await call("GET /api/account", {}));
  const { hasPassword, secondFactors, sessions, tokens } = account;
  const { label, permissions } = ROLE_LABELS[user.role];
  return (
    <Main className={styles.page}>
      <ConfirmationProvider hasPassword={hasPassword} passkeyHost={secondFactors.passkeyHost}>
        <div className={styles.heading}>
          <h1>{user.name}</h1>
          <p>
            {label}: {permissions}
          </p>
        </div>
        {hasPassword && (
          <>
            <PasswordSection onChanged={reload} />
            <SecondFactorSection factors={secondFactors} onChanged={reload} />
          </>
        )}
        <SessionSection sessions={sessions} onChanged={reload} />
        <TokenSection tokens={tokens} role={user.role} onChanged={reload} />
        <AccountSection
          title="Notifications"
          description="When a deployment waits for input or ends, on the devices that you choose."
          action={<Button onClick={() => setConfiguring(true)}>Change notifications</Button>}
        />
      </ConfirmationProvider>
      {isConfiguring && <NotificationSettings onClose={() => setConfiguring(false)} />}
      <PageDock />
    </Main>
  );
}
