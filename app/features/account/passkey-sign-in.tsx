"use client";
import { useId } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { askForPasskey, canUsePasskeys } from "./passkey-client.ts";
import { PasskeyObstacleText } from "./passkey-obstacle-text.tsx";
import styles from "./sign-in.module.css";

/** Signs in with a passkey alone. Where passkeys cannot be used, the line below says why; it is always there, so nothing moves. */
export function PasskeySignIn({ nextPath, passkeyHost }: { nextPath: string; passkeyHost: string }) {
  const isBrowser = useIsBrowser();
  const signIn = useAction(async (_, onSlow) => {
    await call("POST /api/auth/sign-in/passkey", { body: await askForPasskey(), onSlow });
    window.location.assign(nextPath);
  });
  const hintId = useId();
  const canSignIn = isBrowser && canUsePasskeys(passkeyHost);
  return (
    <>
      <div className={styles.passkey}>
        <Button
          size="large"
          disabled={!canSignIn}
          isBusy={signIn.isRunning}
          aria-describedby={hintId}
          onClick={() => signIn.run()}
        >
          Use a passkey
        </Button>
        <p id={hintId} className={styles.hint}>
          {canSignIn || !isBrowser ? (
            "With your fingerprint, face or PIN."
          ) : (
            <PasskeyObstacleText host={passkeyHost} />
          )}
        </p>
      </div>
      {signIn.problem !== undefined && <ProblemNotice problem={signIn.problem} />}
    </>
  );
}
