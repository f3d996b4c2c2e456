"use client";
import { useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { deviceName } from "../../text/notification-text.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { AuthenticatorAppForm } from "./authenticator-app-form.tsx";
import { canUsePasskeys, createPasskey } from "./passkey-client.ts";
import { PasskeyObstacleText } from "./passkey-obstacle-text.tsx";
import { useConfirmation } from "./use-confirmation.tsx";
import styles from "./account.module.css";

type AddFactorProps = {
  hasApp: boolean;
  passkeyHost: string;
  /** With the recovery codes, if the account had none. */
  onAdded: (recoveryCodes: readonly string[]) => Promise<void>;
};

/** Buttons to add a passkey or an authenticator app. */
export function AddFactor({ hasApp, passkeyHost, onAdded }: AddFactorProps) {
  const isBrowser = useIsBrowser();
  const [app, setApp] = useState<{ secret: string; uri: string }>();
  const confirmed = useConfirmation();
  const startApp = useAction(async (_, onSlow) => {
    setApp(await confirmed(() => call("POST /api/account/authenticator-app", { onSlow })));
  });
  const addPasskey = useAction(async (_, onSlow) => {
    const credential = await confirmed(createPasskey);
    const body = { name: deviceName(navigator.userAgent), credential };
    const { recoveryCodes } = await confirmed(() => call("POST /api/account/passkeys", { body, onSlow }));
    await onAdded(recoveryCodes);
  });
  if (app !== undefined) {
    const finish = async (codes: readonly string[]) => {
      setApp(undefined);
      await onAdded(codes);
    };
    return <AuthenticatorAppForm app={app} onAdded={finish} onCancel={() => setApp(undefined)} />;
  }
  const hasPasskeys = !isBrowser || canUsePasskeys(passkeyHost);
  const problem = startApp.problem ?? addPasskey.problem;
  return (
    <div className={styles.form}>
      <div className={styles.buttons}>
        <Button
          disabled={!isBrowser || !hasPasskeys}
          isBusy={addPasskey.isRunning}
          onClick={() => addPasskey.run()}
        >
          Add a passkey
        </Button>
        {!hasApp && (
          <Button disabled={!isBrowser} isBusy={startApp.isRunning} onClick={() => startApp.run()}>
            Add an authenticator app
          </Button>
        )}
      </div>
      {!hasPasskeys && (
        <p className={styles.facts}>
          <PasskeyObstacleText host={passkeyHost} />
        </p>
      )}
      {problem !== undefined && <ProblemNotice problem={problem} />}
    </div>
  );
}
