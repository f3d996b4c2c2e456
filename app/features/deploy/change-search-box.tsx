"use client";
// The search input for changes, with the results from Gerrit. Nothing is selected without an explicit action.
import { useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { cdxIconSearch } from "@wikimedia/codex-icons";
import { changeReference } from "#lib/domain/change-reference.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { useChangeSearch } from "./use-change-search.ts";
import type { Selection } from "./use-selection.ts";
import { exactReferences } from "./change-input.ts";
import { Icon } from "../../ui/codex-icon.tsx";
import { useListbox } from "../../ui/use-listbox.ts";
import { EnteredReferences } from "./entered-references.tsx";
import { listedChanges, SearchResults } from "./search-results.tsx";
import styles from "./change-search-box.module.css";

type ChangeSearchBoxProps = { text: string; setText: (text: string) => void; selection: Selection };

export function ChangeSearchBox({ text, setText, selection }: ChangeSearchBoxProps) {
  const box = useSearchBox({ text, setText, selection });
  return (
    <div className={styles.field} onBlur={box.onBlur}>
      <label className={styles.label} htmlFor="change-search">
        Change number, Gerrit URL or subject
      </label>
      <div className={styles.group}>
        <span className={styles.icon}>
          <Icon icon={cdxIconSearch} />
        </span>
        <input
          id="change-search"
          type="text"
          className={styles.input}
          placeholder="1234"
          autoComplete="off"
          spellCheck={false}
          enterKeyHint="done"
          maxLength={2000}
          value={text}
          onChange={(event) => box.edit(event.target.value)}
          onPaste={box.onPaste}
          onKeyDown={box.onKeyDown}
          onFocus={box.onFocus}
          {...box.listbox.inputAttributes}
        />
      </div>
      {box.isListVisible && <SearchResults search={box.search} listbox={box.listbox} />}
      {box.entered.length > 1 && box.isOpen && (
        <EnteredReferences references={box.entered} onSelect={() => box.selectReferences(box.entered)} />
      )}
    </div>
  );
}

function useSearchBox({ text, setText, selection }: ChangeSearchBoxProps) {
  const search = useChangeSearch(text);
  const [isOpen, setIsOpen] = useState(false);
  const { listed, isStale } = listedChanges(search);
  const isListVisible = isOpen && search.phase !== "idle";

  const edit = (value: string) => {
    setText(value);
    setIsOpen(true);
    listbox.clearHighlight();
  };
  const select = (change: FoundChange) => {
    // The number alone would name the change of another project as well.
    const isAmbiguous = listed.some((one) => one.number === change.number && one.project !== change.project);
    selection.select(change, isAmbiguous ? changeReference(change) : undefined);
    edit("");
  };
  const listbox = useListbox({
    items: isListVisible ? listed : NONE,
    keyOf: changeReference,
    isEnabled: !isStale,
    onSelect: select,
  });
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

  const onKeyDown = (event: KeyboardEvent) => {
    // A composition, for example of Japanese, uses these keys itself.
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") setIsOpen(false);
    if (listbox.onKeyDown(event) || event.key !== "Enter") return;
    event.preventDefault();
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
    listbox,
    isListVisible,
    isOpen,
    /** The changes that the text names, if it names nothing else. */
    entered: exactReferences(text) ?? [],
    selectReferences,
    edit,
    onPaste,
    onKeyDown,
    onFocus: () => setIsOpen(true),
    onBlur: () => setIsOpen(false),
  };
}

const NONE: readonly FoundChange[] = [];
