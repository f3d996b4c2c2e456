"use client";
import { type ReactNode, useState } from "react";
import type { SecondFactors } from "#lib/contract/second-factor.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Moment } from "../../ui/time.tsx";
import { AccountSection } from "./account-section.tsx";
import { AddFactor } from "./add-factor.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { useConfirmation } from "./use-confirmation.tsx";
import styles from "./account.module.css";

const REQUIRED = "Your role requires one. A passkey also signs in without a password.";
const OPTIONAL = "Required after your password. A passkey also signs in without a password.";

type SecondFactorSectionProps = {
  factors: SecondFactors;
  onChanged: () => Promise<void>;
};

/** The authenticator app, passkeys and recovery codes. */
export function SecondFactorSection({ factors, onChanged }: SecondFactorSectionProps) {
  const { appAddedAt, passkeys, recoveryCodesLeft, isRequired } = factors;
  const [codes, setCodes] = useState<readonly string[]>([]);
  const confirmed = useConfirmation();
  const showCodes = async (recoveryCodes: readonly string[]) => {
    if (recoveryCodes.length > 0) setCodes(recoveryCodes);
    await onChanged();
  };
  const remove = useAction<"app" | number>(async (factor, onSlow) => {
    await confirmed(() =>
      factor === "app"
        ? call("DELETE /api/account/authenticator-app", { onSlow })
        : call("DELETE /api/account/passkeys/{id}", { params: { id: factor }, onSlow }),
    );
    await onChanged();
  });
  const renew = useAction(async (_, onSlow) => {
    const renewed = await confirmed(() => call("POST /api/account/recovery-codes", { onSlow }));
    await showCodes(renewed.recoveryCodes);
  });
  const hasFactor = appAddedAt !== null || passkeys.length > 0;
  const problem = remove.problem ?? renew.problem;
  return (
    <AccountSection title="Second factors" description={isRequired ? REQUIRED : OPTIONAL}>
      <ul className={styles.rows}>
        {appAddedAt !== null && (
          <Factor name="Authenticator app" isBusy={remove.isRunning} onRemove={() => remove.run("app")}>
            added <Moment at={appAddedAt} />
          </Factor>
        )}
        {passkeys.map((passkey) => (
          <Passkey
            key={passkey.id}
            passkey={passkey}
            isBusy={remove.isRunning}
            onRemove={() => remove.run(passkey.id)}
          />
        ))}
        {hasFactor && (
          <li className={styles.row}>
            <div>
              <div className={styles.name}>Recovery codes</div>
              <div className={styles.facts}>{recoveryCodesLeft} left, each works once</div>
            </div>
            <Button weight="quiet" isBusy={renew.isRunning} onClick={() => renew.run()}>
              Replace codes
            </Button>
          </li>
        )}
      </ul>
      <AddFactor hasApp={appAddedAt !== null} passkeyHost={factors.passkeyHost} onAdded={showCodes} />
      {codes.length > 0 && <RecoveryCodes codes={codes} onClose={() => setCodes([])} />}
      {problem !== undefined && <ProblemNotice problem={problem} />}
    </AccountSection>
  );
}

type PasskeyProps = { passkey: SecondFactors["passkeys"][number]; isBusy: boolean; onRemove: () => void };

function Passkey({ passkey: { name, createdAt, lastUsedAt }, ...rest }: PasskeyProps) {
  return (
    <Factor name={`Passkey “${name}”`} {...rest}>
      added <Moment at={createdAt} />
      {lastUsedAt !== null && (
        <>
          {" "}
          · last used <Moment at={lastUsedAt} />
        </>
      )}
    </Factor>
  );
}

type FactorProps = { name: string; isBusy: boolean; onRemove: () => void; children: ReactNode };

function Factor({ name, isBusy, onRemove, children }: FactorProps) {
  return (
    <li className={styles.row}>
      <div>
        <div className={styles.name}>{name}</div>
        <div className={styles.facts}>{children}</div>
      </div>
      <Button
        weight="quiet"
        tone="destructive"
        isBusy={isBusy}
        onClick={onRemove}
        aria-label={`Remove ${name}`}
      >
        Remove
      </Button>
    </li>
  );
}
