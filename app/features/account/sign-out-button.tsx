"use client";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";

/** Back to the user name and the password. */
export function SignOutButton() {
  const signOut = useAction(async (_, onSlow) => {
    await call("POST /api/auth/sign-out", { onSlow });
    window.location.assign("/sign-in");
  });
  return (
    <Button weight="quiet" isBusy={signOut.isRunning} onClick={() => signOut.run()}>
      Use another account
    </Button>
  );
}
