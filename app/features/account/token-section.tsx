"use client";
import { useState } from "react";
import type { ApiToken } from "#lib/contract/own-account.ts";
import type { Role, TokenScope } from "#lib/domain/permission.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useNow } from "../../client/use-now.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { ShownOnce } from "../../ui/shown-once.tsx";
import { Moment } from "../../ui/time.tsx";
import { AccountSection } from "./account-section.tsx";
import { NewTokenForm } from "./new-token-form.tsx";
import { SCOPE_LABELS } from "./token-scopes.ts";
import styles from "./account.module.css";

type TokenSectionProps = { tokens: readonly ApiToken[]; role: Role; onChanged: () => Promise<void> };

/** With which programs act for the account. */
export function TokenSection({ tokens, role, onChanged }: TokenSectionProps) {
  const [issued, setIssued] = useState<{ name: string; token: string }>();
  const revoke = useAction<number>(async (id, onSlow) => {
    await call("DELETE /api/account/tokens/{id}", { params: { id }, onSlow });
    await onChanged();
  });
  return (
    <AccountSection
      title="API tokens"
      description="Programs send a token as “Authorization: Bearer …”. Everything that they do is recorded under your name."
    >
      {tokens.length > 0 && (
        <ul className={styles.rows}>
          {tokens.map((token) => (
            <li key={token.id} className={styles.row}>
              <div>
                <div className={styles.name}>{token.name}</div>
                <TokenFacts token={token} />
              </div>
              <Button
                weight="quiet"
                tone="destructive"
                isBusy={revoke.isRunning}
                onClick={() => revoke.run(token.id)}
              >
                Revoke
              </Button>
            </li>
          ))}
        </ul>
      )}
      <NewTokenForm
        role={role}
        onIssued={async (token) => {
          setIssued(token);
          await onChanged();
        }}
      />
      {issued !== undefined && (
        <ShownOnce
          title={`Token “${issued.name}”`}
          text={issued.token}
          onClose={() => setIssued(undefined)}
        />
      )}
      {revoke.problem !== undefined && <ProblemNotice problem={revoke.problem} />}
    </AccountSection>
  );
}

function TokenFacts({ token: { scope, expiresAt, lastUsedAt } }: { token: ApiToken }) {
  const isExpired = Date.parse(expiresAt) <= useNow();
  return (
    <div className={styles.facts}>
      {scopeLabel(scope)} · {isExpired ? "expired" : "expires"} {expiresAt.slice(0, 10)} ·{" "}
      {lastUsedAt === null ? (
        "never used"
      ) : (
        <>
          last used <Moment at={lastUsedAt} />
        </>
      )}
    </div>
  );
}

function scopeLabel(scope: TokenScope): string {
  return SCOPE_LABELS[scope].label;
}
