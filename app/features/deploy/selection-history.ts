// Reads and changes the selection in the browser's history. The framework renders the page again after each change.
import { CHANGES_PARAMETER, selectedReferences, selectionAddress } from "./selection-address.ts";

/** The selection in the address of this moment: a lookup may end before the page has rendered the latest one. */
export function referencesNow(): string[] {
  return selectedReferences(new URLSearchParams(window.location.search).getAll(CHANGES_PARAMETER));
}

/** A new entry of the browser's history, so that Back undoes it. */
export function goTo(references: readonly string[]): void {
  const address = selectionAddress([...new Set(references)]);
  const { pathname, search } = window.location;
  if (address !== pathname + search) window.history.pushState(null, "", address);
}

/** Corrects the current entry of the browser's history. @param to undefined removes the reference */
export function replaceReference(from: string, to: string | undefined): void {
  const next = referencesNow().flatMap((one) => (one === from ? (to ?? []) : one));
  window.history.replaceState(null, "", selectionAddress([...new Set(next)]));
}
