import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { ROLE_LABELS } from "../../text/labels.ts";
import styles from "./sign-in.module.css";

type DemoAccountsProps = {
  isBusy: boolean;
  onSelect: (credentials: { username: string; password: string }) => void;
};

/** The accounts of the sandbox. Their passwords are no secret, because the sandbox listens on localhost only. */
export function DemoAccounts({ isBusy, onSelect }: DemoAccountsProps) {
  return (
    <section className={styles.demo} aria-labelledby="demo-accounts">
      <h2 className={styles.demoTitle} id="demo-accounts">
        Sandbox. Sign in as:
      </h2>
      <ul className={styles.accounts}>
        {DEMO_ACCOUNTS.map(({ name, password, role }) => (
          <li key={name}>
            <button
              type="button"
              className={styles.account}
              disabled={isBusy}
              onClick={() => onSelect({ username: name, password })}
            >
              <strong>{name}</strong>
              <span>{ROLE_LABELS[role].permissions}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
