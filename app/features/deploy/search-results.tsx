"use client";
// The results of the change search, in a list below its input.
import { changeReference } from "#lib/domain/change-reference.ts";
import type { FoundChange } from "#lib/contract/change.ts";
import { useInteractive } from "../../ui/use-interactive.ts";
import type { Listbox } from "../../ui/use-listbox.ts";
import { exactReferences } from "./change-input.ts";
import type { ChangeSearch } from "./use-change-search.ts";
import { SearchResultItem } from "./search-result-item.tsx";
import styles from "./search-results.module.css";

/** Results of the previous query stay until Gerrit has answered; they are stale and cannot be selected. */
export function listedChanges(search: ChangeSearch): { listed: readonly FoundChange[]; isStale: boolean } {
  const previous = (search.phase === "searching" ? search.previous : undefined) ?? [];
  if (previous.length > 0) return { listed: previous, isStale: true };
  return { listed: search.phase === "found" ? search.found : [], isStale: false };
}

type SearchResultsProps = {
  search: ChangeSearch;
  listbox: Listbox<FoundChange>;
};

export function SearchResults({ search, listbox }: SearchResultsProps) {
  const { listed, isStale } = listedChanges(search);
  const isInteractive = useInteractive(listed.map(changeReference).join());
  return (
    <div
      className={styles.popup}
      role="presentation"
      aria-busy={search.phase === "searching" || undefined}
      data-stale={isStale || undefined}
      data-activating={!isInteractive || undefined}
      // The input keeps the focus, so that a click on an item does not blur it.
      onMouseDown={(event) => event.preventDefault()}
    >
      <output className={styles.status}>{isStale ? null : statusOf(search)}</output>
      {listed.length > 0 && (
        <div className={styles.list} aria-label="Search results" {...listbox.listAttributes}>
          {listed.map((change) => (
            <SearchResultItem
              key={changeReference(change)}
              change={change}
              attributes={listbox.optionAttributes(change)}
            />
          ))}
        </div>
      )}
    </div>
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
