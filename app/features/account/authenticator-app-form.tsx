"use client";
import { lazy, type SubmitEvent, Suspense, useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { useConfirmation } from "./use-confirmation.tsx";
import styles from "./account.module.css";

const QrCode = lazy(() => import("./qr-code.tsx"));

type AuthenticatorAppFormProps = {
  app: { secret: string; uri: string };
  onAdded: (recoveryCodes: readonly string[]) => Promise<void>;
  onCancel: () => void;
};

/** The secret for the app, and the first code from it. */
export function AuthenticatorAppForm({ app: { secret, uri }, onAdded, onCancel }: AuthenticatorAppFormProps) {
  const [code, setCode] = useState("");
  const confirmed = useConfirmation();
  const add = useAction(async (_, onSlow) => {
    const { recoveryCodes } = await confirmed(() =>
      call("PUT /api/account/authenticator-app", { body: { code }, onSlow }),
    );
    await onAdded(recoveryCodes);
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    add.run();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <p>Scan the QR code with your authenticator app, or enter the key by hand.</p>
      <div className={styles.qr}>
        <Suspense>
          <QrCode text={uri} />
        </Suspense>
      </div>
      <code className={styles.secret}>{secret}</code>
      <Field label="Code from the app">
        {(attributes) => (
          <input
            {...attributes}
            value={code}
            onChange={({ target }) => setCode(target.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={10}
            required
          />
        )}
      </Field>
      <div className={styles.buttons}>
        <Button
          type="submit"
          tone="progressive"
          weight="primary"
          isBusy={add.isRunning}
          disabled={code.trim() === ""}
        >
          Add app
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
      {add.problem !== undefined && <ProblemNotice problem={add.problem} />}
    </form>
  );
}
