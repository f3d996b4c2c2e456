"use client";
// The second step of signing in for a person whose role requires a second factor, and who has none.
import { useState } from "react";
import { AddFactor } from "./add-factor.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { SignOutButton } from "./sign-out-button.tsx";
import styles from "./sign-in.module.css";

export function SetUpFactor({ nextPath, passkeyHost }: { nextPath: string; passkeyHost: string }) {
  const [codes, setCodes] = useState<readonly string[]>([]);
  const enter = () => window.location.assign(nextPath);
  const show = async (added: readonly string[]) => {
    if (added.length === 0) enter();
    else setCodes(added);
  };
  return (
    <div className={styles.panel}>
      <h2 className={styles.step}>Set up a second factor</h2>
      {codes.length > 0 ? (
        <div className={styles.flush}>
          <RecoveryCodes codes={codes} action="Continue" onClose={enter} />
        </div>
      ) : (
        <>
          <p>Your role requires one besides the password.</p>
          <div className={styles.flush}>
            <AddFactor hasApp={false} passkeyHost={passkeyHost} onAdded={show} />
          </div>
          <SignOutButton />
        </>
      )}
    </div>
  );
}
