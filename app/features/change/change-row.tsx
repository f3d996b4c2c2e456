import type { ReactNode } from "react";
import { cdxIconLinkExternal } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { Change } from "#lib/contract/change.ts";
import { ChangeMeta } from "./change-meta.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import styles from "./change-row.module.css";

/** One change with the details by which a deployer recognises it. */
export function ChangeRow({ change, action }: { change: Change; action?: ReactNode }) {
  return (
    <li className={styles.row}>
      <a className={styles.number} href={change.url} target="_blank" rel="noreferrer" title="Open in Gerrit">
        {change.number}
        <Icon icon={cdxIconLinkExternal} size="small" />
      </a>
      <span className={styles.text}>
        <span className={styles.subject}>
          <LinkedText text={visibleText(change.subject)} />
        </span>
        <ChangeMeta change={change} />
      </span>
      {action}
    </li>
  );
}
