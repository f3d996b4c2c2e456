"use client";
import { ShownOnce } from "../../ui/shown-once.tsx";
import styles from "./account.module.css";

type RecoveryCodesProps = { codes: readonly string[]; action?: string; onClose: () => void };

export function RecoveryCodes({ codes, action = "Done", onClose }: RecoveryCodesProps) {
  return (
    <ShownOnce title="Recovery codes" text={codes.join("\n")} action={action} onClose={onClose}>
      <p>Each code signs you in once, without your app or passkey.</p>
      <ol className={styles.codes}>
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
    </ShownOnce>
  );
}
