"use client";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { askForPasskey, canUsePasskeys } from "./passkey-client.ts";

/** Signs in with a passkey alone. Disabled where the browser cannot use passkeys, so that nothing appears late. */
export function PasskeySignIn({ nextPath, passkeyHost }: { nextPath: string; passkeyHost: string }) {
  const isBrowser = useIsBrowser();
  const signIn = useAction(async (_, onSlow) => {
    await call("POST /api/auth/sign-in/passkey", { body: await askForPasskey(), onSlow });
    window.location.assign(nextPath);
  });
  return (
    <>
      <Button
        size="large"
        disabled={!isBrowser || !canUsePasskeys(passkeyHost)}
        isBusy={signIn.isRunning}
        onClick={() => signIn.run()}
      >
        Use a passkey
      </Button>
      {signIn.problem !== undefined && <ProblemNotice problem={signIn.problem} />}
    </>
  );
}
