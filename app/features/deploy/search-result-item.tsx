import { visibleText } from "#lib/domain/visible-text.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { ChangeMeta } from "../change/change-meta.tsx";
import type { Listbox } from "../../ui/use-listbox.ts";
import styles from "./search-result-item.module.css";

type SearchResultItemProps = {
  change: FoundChange;
  attributes: ReturnType<Listbox<FoundChange>["optionAttributes"]>;
};

/** One search result. A change that cannot be deployed is shown with the reason; selecting it shows the reason again. */
export function SearchResultItem({ change, attributes }: SearchResultItemProps) {
  return (
    <div {...attributes} className={styles.item}>
      <span className={styles.number}>{change.number}</span>
      <span className={styles.text}>
        <span className={styles.subject}>{visibleText(change.subject)}</span>
        <ChangeMeta change={change} />
        {change.refusal !== null && <span className={styles.refusal}>{change.refusal}</span>}
      </span>
    </div>
  );
}
