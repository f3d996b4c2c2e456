import { Autocomplete } from "@base-ui/react/autocomplete";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { ChangeMeta } from "../change/change-meta.tsx";
import styles from "./search-result-item.module.css";

type SearchResultItemProps = { change: FoundChange; isDisabled: boolean; onChoose: () => void };

/** One answer of Gerrit. What cannot be deployed is shown with the reason, and choosing it says so once more. */
export function SearchResultItem({ change, isDisabled, onChoose }: SearchResultItemProps) {
  return (
    <Autocomplete.Item value={change} disabled={isDisabled} className={styles.item} onClick={onChoose}>
      <span className={styles.number}>{change.number}</span>
      <span className={styles.text}>
        <span className={styles.subject}>{visibleText(change.subject)}</span>
        <ChangeMeta change={change} />
        {change.refusal !== null && <span className={styles.refusal}>{change.refusal}</span>}
      </span>
    </Autocomplete.Item>
  );
}
