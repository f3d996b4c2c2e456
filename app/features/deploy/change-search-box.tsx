"use client";
// The search input for changes, with the results from Gerrit. Nothing is selected without an explicit action.
import { useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { Autocomplete } from "@base-ui/react/autocomplete";
import type { BaseUIEvent } from "@base-ui/react/types";
import { cdxIconSearch } from "@wikimedia/codex-icons";
import { changeReference } from "#lib/domain/change-reference.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { useChangeSearch } from "./use-change-search.ts";
import type { Selection } from "./use-selection.ts";
import { exactReferences } from "./change-input.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import { EnteredReferences } from "./entered-references.tsx";
import { listedChanges, SearchResults } from "./search-results.tsx";
import styles from "./change-search-box.module.css";

type ChangeSearchBoxProps = { text: string; setText: (text: string) => void; selection: Selection };

export function ChangeSearchBox({ text, setText, selection }: ChangeSearchBoxProps) {
  const box = useSearchBox({ text, setText, selection });
  return (
    // Inline: the list is part of the page, below the input. The library's popup would hide the rest of the page from
    // screen readers while it is open.
    <Autocomplete.Root<FoundChange>
      inline
      open={box.isListVisible}
      items={box.listed}
      mode="none"
      filter={null}
      // A pointer that rests over the list must not determine what Enter selects.
      highlightItemOnHover={false}
      value={text}
      onItemHighlighted={box.setHighlighted}
      itemToStringValue={changeReference}
      onValueChange={(value, { reason }) => {
        // A click on an item would write its number here; the item selects the change itself.
        if (reason !== "item-press") box.edit(value);
      }}
    >
      <div className={styles.field} onBlur={box.onBlur}>
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
            aria-expanded={box.isListVisible}
            className={styles.input}
            placeholder="1234"
            autoComplete="off"
            spellCheck={false}
            enterKeyHint="done"
            maxLength={2000}
            onPaste={box.onPaste}
            onKeyDown={box.onKeyDown}
            onFocus={box.onFocus}
          />
        </Autocomplete.InputGroup>
        {box.isListVisible && <SearchResults search={box.search} onSelect={box.select} />}
        {box.entered.length > 1 && box.isOpen && (
          <EnteredReferences references={box.entered} onSelect={() => box.selectReferences(box.entered)} />
        )}
      </div>
    </Autocomplete.Root>
  );
}

function useSearchBox({ text, setText, selection }: ChangeSearchBoxProps) {
  const search = useChangeSearch(text);
  const [isOpen, setIsOpen] = useState(false);
  const [highlighted, setHighlighted] = useState<FoundChange>();
  const { listed, isStale } = listedChanges(search);
  const isListVisible = isOpen && search.phase !== "idle";

  const select = (change: FoundChange) => {
    // The number alone would name the change of another project as well.
    const isAmbiguous = listed.some((one) => one.number === change.number && one.project !== change.project);
    selection.select(change, isAmbiguous ? changeReference(change) : undefined);
    setText("");
  };
  const selectReferences = (references: readonly string[]) => {
    setText("");
    setIsOpen(false);
    selection.selectReferences(references);
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
    const found = search.phase === "found" ? search.found : [];
    const references = exactReferences(text);
    const only = found.length === 1 ? found[0] : undefined;
    // Several projects have a change with this number: the deployer must select one from the list.
    if (references?.length === 1 && found.length > 1) setIsOpen(true);
    else if (references !== undefined) selectReferences(references);
    else if (only !== undefined) select(only);
  };

  return {
    search,
    listed,
    isListVisible,
    isOpen,
    /** The changes that the text names, if it names nothing else. */
    entered: exactReferences(text) ?? [],
    selectReferences,
    setHighlighted,
    select,
    edit: (value: string) => {
      setText(value);
      setIsOpen(true);
    },
    onPaste,
    onKeyDown,
    onFocus: () => setIsOpen(true),
    onBlur: () => setIsOpen(false),
  };
}
