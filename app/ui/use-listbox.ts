"use client";
// A list of suggestions below a text input that keeps the focus: the arrow keys highlight an item, Enter takes it, and screen
// readers learn of it by `aria-activedescendant` (the combobox pattern of ARIA). The pointer highlights nothing, because one that
// rests over the list must not determine what Enter takes. Not the Autocomplete of Base UI, which is 28 kB of the home page.
import { type AriaAttributes, type KeyboardEvent, useEffect, useId, useState } from "react";

type ListboxOptions<Item> = {
  /** Empty while the list is closed. */
  items: readonly Item[];
  keyOf: (item: Item) => string;
  /** Otherwise items can be highlighted, but not selected. */
  isEnabled: boolean;
  onSelect: (item: Item) => void;
};

type InputAttributes = AriaAttributes & { role: "combobox" };
type OptionAttributes = {
  id: string;
  role: "option";
  "aria-selected": boolean;
  "aria-disabled": boolean;
  "data-highlighted": true | undefined;
  onClick: () => void;
};

export type Listbox<Item> = {
  clearHighlight: () => void;
  /** Handles the arrow keys, and Enter for the highlighted item. @returns whether it did. */
  onKeyDown: (event: KeyboardEvent) => boolean;
  inputAttributes: InputAttributes;
  listAttributes: { id: string; role: "listbox" };
  optionAttributes: (item: Item) => OptionAttributes;
};

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowUp: -1 };

export function useListbox<Item>({ items, keyOf, isEnabled, onSelect }: ListboxOptions<Item>): Listbox<Item> {
  const listId = useId();
  const [highlightedKey, setHighlightedKey] = useState<string>();
  const index = items.findIndex((item) => keyOf(item) === highlightedKey);
  const highlighted = items[index];
  const optionId = (at: number) => `${listId}-${at}`;
  const highlightedId = index === -1 ? undefined : optionId(index);

  useEffect(() => {
    if (highlightedId === undefined) return;
    document.getElementById(highlightedId)?.scrollIntoView({ block: "nearest" });
  }, [highlightedId]);

  return {
    clearHighlight: () => setHighlightedKey(undefined),
    onKeyDown: (event) => {
      const step = STEPS[event.key];
      const next = step === undefined ? undefined : items.at(nextIndex(index, step, items.length));
      if (next !== undefined) setHighlightedKey(keyOf(next));
      else if (event.key === "Enter" && highlighted !== undefined && isEnabled) onSelect(highlighted);
      else return false;
      event.preventDefault();
      return true;
    },
    inputAttributes: {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": items.length > 0,
      "aria-controls": items.length > 0 ? listId : undefined,
      "aria-activedescendant": highlightedId,
    },
    listAttributes: { id: listId, role: "listbox" },
    optionAttributes: (item) => ({
      id: optionId(items.indexOf(item)),
      role: "option",
      "aria-selected": item === highlighted,
      "aria-disabled": !isEnabled,
      "data-highlighted": item === highlighted || undefined,
      onClick: () => isEnabled && onSelect(item),
    }),
  };
}

/** After the last item comes the first, and before the first the last. */
function nextIndex(index: number, step: 1 | -1, count: number): number {
  if (index === -1) return step === 1 ? 0 : count - 1;
  return (index + step + count) % count;
}
