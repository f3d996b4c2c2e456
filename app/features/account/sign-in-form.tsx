"use client";
// The sign-in form; in the sandbox also buttons for its accounts. The fields are uncontrolled, because browsers and people
// fill them in before the page's script has loaded. Only the script submits the form: without it, a browser could put the
// password into the URL.
import { useState, type SubmitEvent } from "react";
import { z } from "zod";
import { accountEndpoints } from "#lib/contract/account.ts";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { DemoAccounts } from "./demo-accounts.tsx";
import styles from "./sign-in.module.css";

const enteredSchema = z.object({ username: z.string(), password: z.string() });
type Credentials = z.infer<typeof enteredSchema>;
type SignInFormProps = { nextPath: string; offersDemoAccounts: boolean };

export function SignInForm({ nextPath, offersDemoAccounts }: SignInFormProps) {
  const isBrowser = useIsBrowser();
  const [isDone, setIsDone] = useState(false);

  const signIn = useAction<Credentials>(async (credentials) => {
    await call(accountEndpoints.signIn, { body: credentials });
    setIsDone(true);
    // A full page load, because everything is rendered for the new session.
    window.location.assign(nextPath);
  });
  const isBusy = signIn.isRunning || isDone;

  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    signIn.run(enteredSchema.parse(Object.fromEntries(new FormData(event.currentTarget))));
  };

  return (
    <div className={styles.panel}>
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
          weight="primary"
          size="large"
          disabled={isBusy || !isBrowser}
          isActivating={!isBrowser}
          isBusy={isBusy}
        >
          {isBusy ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      {offersDemoAccounts && <DemoAccounts isBusy={isBusy} onSelect={signIn.run} />}
    </div>
  );
}
