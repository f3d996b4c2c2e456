"use client";
// Signing in by name and password; in the sandbox also by one press on one of its accounts. Browsers fill the fields in,
// and people do, before the page's script is there: the form itself keeps what they hold. It is sent by the script
// alone; by itself a browser would put the password into the address.
import { useId, useState, type SubmitEvent } from "react";
import { z } from "zod";
import { accountEndpoints } from "#lib/contract/account.ts";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { call } from "../../client/api.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { DemoAccounts } from "./demo-accounts.tsx";
import styles from "./sign-in.module.css";

const enteredSchema = z.object({ username: z.string(), password: z.string() });
type Credentials = z.infer<typeof enteredSchema>;
type SignInFormProps = { nextPath: string; offersDemoAccounts: boolean };

export function SignInForm({ nextPath, offersDemoAccounts }: SignInFormProps) {
  const id = useId();
  const isBrowser = useIsBrowser();
  const [isDone, setIsDone] = useState(false);

  const signIn = useAction<Credentials>(async (credentials) => {
    await call(accountEndpoints.signIn, { body: credentials });
    setIsDone(true);
    // A whole new page, made for the new session.
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
        <div className={styles.field}>
          <label htmlFor={`${id}-name`}>User name</label>
          <input
            id={`${id}-name`}
            name="username"
            className={styles.input}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        </div>
        <div className={styles.field}>
          <label htmlFor={`${id}-password`}>Password</label>
          <input
            id={`${id}-password`}
            name="password"
            className={styles.input}
            type="password"
            autoComplete="current-password"
            required
          />
        </div>
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
      {offersDemoAccounts && <DemoAccounts isBusy={isBusy} onChoose={signIn.run} />}
    </div>
  );
}
