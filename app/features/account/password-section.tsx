"use client";
import { type SubmitEvent, useRef, useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { textOf } from "./entered-text.ts";
import { AccountSection } from "./account-section.tsx";
import styles from "./account.module.css";

export function PasswordSection({ onChanged }: { onChanged: () => Promise<void> }) {
  const form = useRef<HTMLFormElement>(null);
  const [isChanged, setChanged] = useState(false);
  const [revokesTokens, setRevokesTokens] = useState(false);
  const change = useAction<{ current: string; next: string; revokesTokens: boolean }>(
    async (body, onSlow) => {
      setChanged(false);
      await call("PUT /api/account/password", { body, onSlow });
      form.current?.reset();
      setRevokesTokens(false);
      setChanged(true);
      await onChanged();
    },
  );
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    change.run({ current: textOf(entered, "current"), next: textOf(entered, "next"), revokesTokens });
  };
  return (
    <AccountSection title="Password">
      <form ref={form} className={styles.form} method="post" onSubmit={submit}>
        <PasswordFields />
        <Checkbox isChecked={revokesTokens} onChange={setRevokesTokens}>
          Also revoke all my API tokens
        </Checkbox>
        <div className={styles.buttons}>
          <Button type="submit" isBusy={change.isRunning}>
            Change password
          </Button>
        </div>
        {isChanged && (
          <Notice tone="success" live="polite">
            Your password was changed, and your other sessions have ended.
          </Notice>
        )}
        {change.problem !== undefined && <ProblemNotice problem={change.problem} />}
      </form>
    </AccountSection>
  );
}

function PasswordFields() {
  return (
    <div className={styles.fields}>
      <Field label="Current password">
        {(attributes) => (
          <input {...attributes} name="current" type="password" autoComplete="current-password" required />
        )}
      </Field>
      <Field label="New password" hint="At least 12 characters.">
        {(attributes) => (
          <input
            {...attributes}
            name="next"
            type="password"
            autoComplete="new-password"
            minLength={12}
            maxLength={128}
            required
          />
        )}
      </Field>
    </div>
  );
}
