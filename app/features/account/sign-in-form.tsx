"use client";
// The sign-in form; in the sandbox also buttons for its accounts. The fields are uncontrolled, because browsers and people
// fill them in before the page's script has loaded. Only the script submits the form: without it, a browser could put the
// password into the URL.
import { useState, type SubmitEvent } from "react";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { textOf } from "./entered-text.ts";
import { PasskeySignIn } from "./passkey-sign-in.tsx";
import { DemoAccounts } from "./demo-accounts.tsx";
import styles from "./sign-in.module.css";

type Credentials = { username: string; password: string };
type SignInFormProps = {
  nextPath: string;
  passkeyHost: string;
  /** Below another way to sign in, which is the usual one. */
  isSecond: boolean;
  offersDemoAccounts: boolean;
};

export function SignInForm({ nextPath, passkeyHost, isSecond, offersDemoAccounts }: SignInFormProps) {
  const isBrowser = useIsBrowser();
  const [isDone, setIsDone] = useState(false);

  const signIn = useAction<Credentials>(async (credentials) => {
    await call("POST /api/auth/sign-in/username", { body: credentials });
    setIsDone(true);
    // A full page load, because everything is rendered for the new session.
    window.location.assign(nextPath);
  });
  const isBusy = signIn.isRunning || isDone;

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    signIn.run({ username: textOf(entered, "username"), password: textOf(entered, "password") });
  };

  return (
    <>
      <form className={styles.form} method="post" onSubmit={submit}>
        {signIn.problem !== undefined && <ProblemNotice problem={signIn.problem} />}
        <Field label="Username">
          {(attributes) => (
            <input
              {...attributes}
              name="username"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
            />
          )}
        </Field>
        <Field label="Password">
          {(attributes) => (
            <input {...attributes} name="password" type="password" autoComplete="current-password" required />
          )}
        </Field>
        <Button
          type="submit"
          tone="progressive"
          weight={isSecond ? "normal" : "primary"}
          size="large"
          disabled={isBusy || !isBrowser}
          isActivating={!isBrowser}
          isBusy={isBusy}
        >
          {isBusy ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      <PasskeySignIn nextPath={nextPath} passkeyHost={passkeyHost} />
      {offersDemoAccounts && <DemoAccounts isBusy={isBusy} onSelect={signIn.run} />}
    </>
  );
}
