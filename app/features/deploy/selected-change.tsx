"use client";
// One selected change: what it is, the state it is in, and on request its message, files and votes. The row has its height
// before anything about the change is known, so that nothing below it moves when facts arrive.
import { useId, useState } from "react";
import { cdxIconClose, cdxIconCollapse, cdxIconExpand, cdxIconLinkExternal } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import type { ChangeDetails, FoundChange } from "#lib/contract/change.ts";
import { factTexts, unknownText } from "../../text/preflight-text.ts";
import { ChangeMeta } from "../change/change-meta.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { LinkedText } from "../../ui/linked-text.tsx";
import { ChangeDetailsPanel } from "./change-details-panel.tsx";
import { changeFacts, filesSize } from "./change-facts.ts";
import type { SelectedReference } from "./use-selection.ts";
import styles from "./selected-change.module.css";

type SelectedChangeProps = {
  entry: SelectedReference;
  details: ChangeDetails | undefined;
  isLocked: boolean;
  onRemove: () => void;
  onRetry: () => void;
};

export function SelectedChange({ entry, details, isLocked, onRemove, onRetry }: SelectedChangeProps) {
  const [isOpen, setIsOpen] = useState(false);
  const panelId = useId();
  const name = entry.phase === "found" ? String(entry.change.number) : entry.reference;
  return (
    <li className={styles.change}>
      <div className={styles.row}>
        <ChangeNumber entry={entry} />
        <div className={styles.text}>
          {entry.phase === "found" && <Found change={entry.change} details={details} />}
          {entry.phase === "searching" && <p className={styles.subtle}>Searching Gerrit…</p>}
          {entry.phase === "unknown" && (
            <>
              <p>{entry.reason}</p>
              <p className={styles.subtle}>The change is looked up again when you deploy.</p>
            </>
          )}
        </div>
        <div className={styles.actions}>
          {entry.phase === "unknown" && (
            <Button weight="quiet" onClick={onRetry}>
              Try again
            </Button>
          )}
          <IconButton
            label={isOpen ? `Hide details of ${name}` : `Show details of ${name}`}
            icon={isOpen ? cdxIconCollapse : cdxIconExpand}
            aria-expanded={isOpen}
            aria-controls={isOpen ? panelId : undefined}
            disabled={entry.phase !== "found"}
            onClick={() => setIsOpen(!isOpen)}
          />
          <IconButton
            label={`Remove change ${name}`}
            icon={cdxIconClose}
            disabled={isLocked}
            onClick={onRemove}
          />
        </div>
      </div>
      {isOpen && entry.phase === "found" && (
        <div id={panelId}>
          <ChangeDetailsPanel details={details} />
        </div>
      )}
    </li>
  );
}

function ChangeNumber({ entry }: { entry: SelectedReference }) {
  if (entry.phase !== "found") return <span className={styles.number}>{visibleText(entry.reference)}</span>;
  const { number, url } = entry.change;
  return (
    <a className={styles.number} href={url} target="_blank" rel="noreferrer" title="Open in Gerrit">
      {number}
      <Icon icon={cdxIconLinkExternal} size="small" />
    </a>
  );
}

function Found({ change, details }: { change: FoundChange; details: ChangeDetails | undefined }) {
  return (
    <>
      <span className={styles.subject} title={visibleText(change.subject)}>
        <LinkedText text={visibleText(change.subject)} />
      </span>
      <span className={styles.meta}>
        <ChangeMeta change={change} />
      </span>
      <Facts details={details} />
    </>
  );
}

function Facts({ details }: { details: ChangeDetails | undefined }) {
  if (details === undefined) return <p className={styles.facts}>Reading votes and files…</p>;
  const unknown = unknownText(details.unknown);
  return (
    <p className={styles.facts}>
      {factTexts({ facts: changeFacts(details) }, filesSize(details)).map(({ text, tone }) => (
        <span key={text} data-tone={tone}>
          {text}
        </span>
      ))}
      {unknown !== undefined && <span data-tone="warning">{unknown}</span>}
    </p>
  );
}
