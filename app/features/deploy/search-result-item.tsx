import { Autocomplete } from "@base-ui/react/autocomplete";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { ChangeMeta } from "../change/change-meta.tsx";
import styles from "./search-result-item.module.css";

type SearchResultItemProps = { change: FoundChange; isDisabled: boolean; onSelect: () => void };

/** One search result. A change that cannot be deployed is shown with the reason; selecting it shows the reason again. */
export function SearchResultItem({ change, isDisabled, onSelect }: SearchResultItemProps) {
  return (
    <Autocomplete.Item value={change} disabled={isDisabled} className={styles.item} onClick={onSelect}>
      <span className={styles.number}>{change.number}</span>
      <span className={styles.text}>
        <span className={styles.subject}>{visibleText(change.subject)}</span>
        <ChangeMeta change={change} />
        {change.refusal !== null && <span className={styles.refusal}>{change.refusal}</span>}
      </span>
    </Autocomplete.Item>
  );
}
