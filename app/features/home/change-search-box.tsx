"use client";
// The search input for changes, with the results from Gerrit. Nothing is selected without an explicit action.
import { useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { Autocomplete } from "@base-ui/react/autocomplete";
import type { BaseUIEvent } from "@base-ui/react/types";
import { cdxIconSearch } from "@wikimedia/codex-icons";
import { changeReference } from "#lib/domain/change-reference.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { useInteractive } from "../../ui/use-interactive.ts";
import { useChangeSearch, type ChangeSearch } from "../change/use-change-search.ts";
import type { Selection } from "../change/use-selection.ts";
import { exactReferences } from "../change/change-input.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import { SearchResultItem } from "./search-result-item.tsx";
import styles from "./change-search-box.module.css";

type ChangeSearchBoxProps = { text: string; setText: (text: string) => void; selection: Selection };

export function ChangeSearchBox({ text, setText, selection }: ChangeSearchBoxProps) {
  const search = useChangeSearch(text);
  const [isOpen, setIsOpen] = useState(false);
  const [highlighted, setHighlighted] = useState<FoundChange>();
  const found = search.phase === "found" ? search.found : [];
  const previous = (search.phase === "searching" ? search.previous : undefined) ?? [];
  // Results of the previous query stay until Gerrit has answered, and cannot be selected.
  const isStale = previous.length > 0;
  const listed = isStale ? previous : found;
  const isListVisible = isOpen && search.phase !== "idle";
  const isInteractive = useInteractive(listed.map(changeReference).join());

  const select = (change: FoundChange) => {
    selection.select(change);
    setText("");
  };
  const selectReferences = (references: readonly string[]) => {
    setText("");
    setIsOpen(false);
    void selection.selectReferences(references);
  };

  const onPaste = (event: ClipboardEvent) => {
    const references = exactReferences(event.clipboardData.getData("text"));
    if (references === undefined || text.trim() !== "") return;
    event.preventDefault();
    selectReferences(references);
  };

  const onKeyDown = (event: BaseUIEvent<KeyboardEvent>) => {
    if (event.key === "Escape") setIsOpen(false);
    // When the arrow keys have highlighted an item, the list handles Enter.
    if (event.key !== "Enter" || (isListVisible && !isStale && highlighted !== undefined)) return;
    event.preventDefault();
    event.preventBaseUIHandler();
    const references = exactReferences(text);
    const only = found.length === 1 ? found[0] : undefined;
    // Several projects have a change with this number: the deployer must select one from the list.
    if (references?.length === 1 && found.length > 1) setIsOpen(true);
    else if (references !== undefined) selectReferences(references);
    else if (only !== undefined) select(only);
  };

  return (
    // Inline: the list is part of the page, below the input. The library's popup would hide the rest of the page from
    // screen readers while it is open.
    <Autocomplete.Root<FoundChange>
      inline
      open={isListVisible}
      items={listed}
      mode="none"
      filter={null}
      // A pointer that rests over the list must not determine what Enter selects.
      highlightItemOnHover={false}
      value={text}
      onItemHighlighted={setHighlighted}
      itemToStringValue={changeReference}
      onValueChange={(value, { reason }) => {
        // A click on an item would write its number here; the item selects the change itself.
        if (reason === "item-press") return;
        setText(value);
        setIsOpen(true);
      }}
    >
      <div className={styles.field} onBlur={() => setIsOpen(false)}>
        <label className={styles.label} htmlFor="change-search">
          Change number, Gerrit URL or subject
        </label>
        <Autocomplete.InputGroup className={styles.group}>
          <span className={styles.icon}>
            <Icon icon={cdxIconSearch} />
          </span>
          <Autocomplete.Input
            id="change-search"
            // The library treats an inline list as always open.
            aria-expanded={isListVisible}
            className={styles.input}
            placeholder="1234"
            autoComplete="off"
            spellCheck={false}
            enterKeyHint="done"
            maxLength={2000}
            onPaste={onPaste}
            onKeyDown={onKeyDown}
            onFocus={() => setIsOpen(true)}
          />
        </Autocomplete.InputGroup>
        {isListVisible && (
          <div
            className={styles.popup}
            role="presentation"
            aria-busy={search.phase === "searching" || undefined}
            data-stale={isStale || undefined}
            data-activating={!isInteractive || undefined}
            // The input keeps the focus, so that a click on an item does not blur it.
            onMouseDown={(event) => event.preventDefault()}
          >
            <Autocomplete.Status className={styles.status}>
              {isStale ? null : statusOf(search)}
            </Autocomplete.Status>
            <Autocomplete.List className={styles.list} aria-label="Search results">
              {(change: FoundChange) => (
                <SearchResultItem
                  key={changeReference(change)}
                  change={change}
                  isDisabled={isStale}
                  onSelect={() => select(change)}
                />
              )}
            </Autocomplete.List>
          </div>
        )}
      </div>
    </Autocomplete.Root>
  );
}

function statusOf(search: ChangeSearch): string | null {
  switch (search.phase) {
    case "idle":
      return null;
    case "searching":
      return "Searching Gerrit…";
    case "found":
      if (search.found.length === 0) return `No change in Gerrit matches “${search.query}”.`;
      return search.found.length > 1 && exactReferences(search.query) !== undefined
        ? "Several projects have a change with this number. Select one."
        : null;
    case "failed":
      return search.problem.detail === undefined
        ? search.problem.title
        : `${search.problem.title} ${search.problem.detail}`;
  }
}
