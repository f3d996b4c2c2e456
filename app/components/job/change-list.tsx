import type { Change } from "#lib/wire/schemas.ts";
import { ChangeRow } from "../ui/change-row.tsx";
import card from "../ui/card.module.css";
import styles from "./change-list.module.css";

export function ChangeList({ changes }: { changes: readonly Change[] }) {
  return (
    <ul
      className={`${card["card"]} ${styles["list"]}`}
      aria-label={changes.length === 1 ? "Change" : "Changes"}
    >
      {changes.map((change) => (
        <ChangeRow key={change.number} change={change} />
      ))}
    </ul>
  );
}
