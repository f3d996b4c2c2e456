"use client";
import { useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { askForPasskey, canUsePasskeys } from "./passkey-client.ts";

type ConfirmIdentityDialogProps = {
  hasPassword: boolean;
  passkeyHost: string;
  onConfirmed: () => void;
  onClose: () => void;
};

/** Asks for the password, or a passkey. */
export function ConfirmIdentityDialog(props: ConfirmIdentityDialogProps) {
  const { hasPassword, passkeyHost, onConfirmed, onClose } = props;
  const [password, setPassword] = useState("");
  const confirm = useAction<"password" | "passkey">(async (kind, onSlow) => {
    const body = kind === "password" ? { password } : { passkey: await askForPasskey() };
    await call("POST /api/account/confirmation", { body, onSlow });
    onConfirmed();
  });
  return (
    <FormDialog
      isOpen
      title="Confirm that it’s you"
      action="Confirm"
      isEnabled={hasPassword && password !== "" && !confirm.isRunning}
      onSubmit={() => confirm.run("password")}
      onClose={onClose}
    >
      {hasPassword ? (
        <Field label="Password" hint="Asked again for changes of tokens and second factors.">
          {(attributes) => (
            <input
              {...attributes}
              type="password"
              autoComplete="current-password"
              value={password}
              onChange={({ target }) => setPassword(target.value)}
            />
          )}
        </Field>
      ) : (
        <p>Sign out and sign in again, then repeat the change within 15 minutes.</p>
      )}
      {canUsePasskeys(passkeyHost) && (
        <Button isBusy={confirm.isRunning} onClick={() => confirm.run("passkey")}>
          Use a passkey
        </Button>
      )}
      {confirm.problem !== undefined && <ProblemNotice problem={confirm.problem} />}
    </FormDialog>
  );
}
