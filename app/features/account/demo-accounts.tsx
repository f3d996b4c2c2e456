import { DEMO_ACCOUNTS } from "#lib/domain/demo-accounts.ts";
import { ROLE_LABELS } from "../../text/labels.ts";
import styles from "./sign-in.module.css";

type DemoAccountsProps = {
  isBusy: boolean;
  onChoose: (credentials: { username: string; password: string }) => void;
};

/** The sandbox's accounts: no secret, because they exist only where nobody else can reach them. */
export function DemoAccounts({ isBusy, onChoose }: DemoAccountsProps) {
  return (
    <section className={styles.demo} aria-labelledby="demo-accounts">
      <h2 className={styles.demoTitle} id="demo-accounts">
        This is the sandbox: come in as
      </h2>
      <ul className={styles.accounts}>
        {DEMO_ACCOUNTS.map(({ name, password, role }) => (
          <li key={name}>
            <button
              type="button"
              className={styles.account}
              disabled={isBusy}
              onClick={() => onChoose({ username: name, password })}
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
