"use client";
import { type SubmitEvent, useState } from "react";
import { type Role, TOKEN_SCOPES, type TokenScope } from "#lib/domain/permission.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { Field } from "../../ui/field.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { SCOPE_LABELS } from "./token-scopes.ts";
import { useConfirmation } from "./use-confirmation.tsx";
import styles from "./account.module.css";

const DAYS = [7, 30, 90, 365];
const DEFAULT_DAYS = 90;
/** A scope above the role would permit nothing more. */
const SCOPES_OF_ROLE: Record<Role, readonly TokenScope[]> = {
  viewer: ["read"],
  deployer: ["read", "deploy"],
  admin: TOKEN_SCOPES,
};

type NewTokenFormProps = { role: Role; onIssued: (issued: { name: string; token: string }) => Promise<void> };

export function NewTokenForm({ role, onIssued }: NewTokenFormProps) {
  const [name, setName] = useState("");
  const [scope, setScope] = useState<TokenScope>("read");
  const [days, setDays] = useState(DEFAULT_DAYS);
  const confirmed = useConfirmation();
  const create = useAction(async (_, onSlow) => {
    const body = { name, scope, days };
    const { token } = await confirmed(() => call("POST /api/account/tokens", { body, onSlow }));
    setName("");
    await onIssued({ name, token });
  });
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    create.run();
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.fields}>
        <Field label="Name" hint="What uses it.">
          {(attributes) => (
            <input
              {...attributes}
              value={name}
              onChange={({ target }) => setName(target.value)}
              maxLength={100}
              required
            />
          )}
        </Field>
        <ScopeField role={role} scope={scope} onChange={setScope} />
        <ExpiryField days={days} onChange={setDays} />
      </div>
      <div className={styles.buttons}>
        <Button type="submit" isBusy={create.isRunning} disabled={name.trim() === ""}>
          Create token
        </Button>
      </div>
      {create.problem !== undefined && <ProblemNotice problem={create.problem} />}
    </form>
  );
}

type ScopeFieldProps = { role: Role; scope: TokenScope; onChange: (scope: TokenScope) => void };

function ScopeField({ role, scope, onChange }: ScopeFieldProps) {
  return (
    <Field label="Scope" hint={`It ${SCOPE_LABELS[scope].permissions}.`}>
      {(attributes) => (
        <select {...attributes} value={scope} onChange={({ target }) => onChange(target.value as TokenScope)}>
          {SCOPES_OF_ROLE[role].map((one) => (
            <option key={one} value={one}>
              {SCOPE_LABELS[one].label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function ExpiryField({ days, onChange }: { days: number; onChange: (days: number) => void }) {
  return (
    <Field label="Expires">
      {(attributes) => (
        <select {...attributes} value={days} onChange={({ target }) => onChange(Number(target.value))}>
          {DAYS.map((one) => (
            <option key={one} value={one}>
              After {one} days
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
