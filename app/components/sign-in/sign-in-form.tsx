"use client";
// Signing in by name and password; in the sandbox also by one press on one of its accounts.
import { useId, useState, type FormEvent } from "react";
import { z } from "zod";
import { useAction } from "../../hooks/use-action.ts";
import { callApi } from "../../lib/api.ts";
import { Button } from "../ui/button.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { DemoAccounts } from "./demo-accounts.tsx";
import styles from "./sign-in.module.css";

type Credentials = { username: string; password: string };
type SignInFormProps = { nextPath: string; offersDemoAccounts: boolean };

export function SignInForm({ nextPath, offersDemoAccounts }: SignInFormProps) {
  const id = useId();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isDone, setIsDone] = useState(false);

  const signIn = useAction<Credentials>(async (credentials) => {
    await callApi({
      method: "POST",
      path: "/api/auth/sign-in/username",
      body: credentials,
      answer: z.unknown(),
    });
    setIsDone(true);
    // A whole new page, made for the new session.
    window.location.assign(nextPath);
  });
  const isBusy = signIn.isRunning || isDone;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.run({ username, password });
  };

  return (
    <div className={styles["panel"]}>
      <form className={styles["form"]} onSubmit={submit}>
        {signIn.problem !== undefined && <ProblemNotice problem={signIn.problem} />}
        <div className={styles["field"]}>
          <label htmlFor={`${id}-name`}>User name</label>
          <input
            id={`${id}-name`}
            name="username"
            className={styles["input"]}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            required
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        </div>
        <div className={styles["field"]}>
          <label htmlFor={`${id}-password`}>Password</label>
          <input
            id={`${id}-password`}
            name="password"
            className={styles["input"]}
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
        <Button
          type="submit"
          tone="progressive"
          weight="primary"
          size="large"
          disabled={isBusy}
          isBusy={isBusy}
        >
          {isBusy ? "Signing in…" : "Sign in"}
        </Button>
      </form>
      {offersDemoAccounts && <DemoAccounts isBusy={isBusy} onChoose={signIn.run} />}
    </div>
  );
}
