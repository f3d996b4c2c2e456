"use client";
// The second step of signing in, after the password.
import { type SubmitEvent, useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { PasskeySignIn } from "./passkey-sign-in.tsx";
import { SignOutButton } from "./sign-out-button.tsx";
import styles from "./sign-in.module.css";

type SecondFactorFormProps = { name: string; nextPath: string; passkeyHost: string };

export function SecondFactorForm({ name, nextPath, passkeyHost }: SecondFactorFormProps) {
  const isBrowser = useIsBrowser();
  const [code, setCode] = useState("");
  const verify = useAction(async (_, onSlow) => {
    await call("POST /api/auth/second-factor", { body: { code }, onSlow });
    window.location.assign(nextPath);
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    verify.run();
  };
  return (
    <div className={styles.panel}>
      <form className={styles.form} method="post" onSubmit={submit}>
        <h2 className={styles.step}>Verify that it’s you, {name}</h2>
        {verify.problem !== undefined && <ProblemNotice problem={verify.problem} />}
        <Field label="Code" hint="From your authenticator app, or a recovery code.">
          {(attributes) => (
            <input
              {...attributes}
              value={code}
              onChange={({ target }) => setCode(target.value)}
              autoComplete="one-time-code"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
          )}
        </Field>
        <Button
          type="submit"
          tone="progressive"
          weight="primary"
          size="large"
          disabled={!isBrowser}
          isActivating={!isBrowser}
          isBusy={verify.isRunning}
        >
          Verify
        </Button>
      </form>
      <PasskeySignIn nextPath={nextPath} passkeyHost={passkeyHost} />
      <SignOutButton />
    </div>
  );
}
