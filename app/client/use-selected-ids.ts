"use client";
// The rows of a list that a person has selected.
import { useState } from "react";

export type SelectedIds = {
  has: (id: number) => boolean;
  set: (id: number, isSelected: boolean) => void;
  clear: () => void;
};

export function useSelectedIds(): SelectedIds {
  const [ids, setIds] = useState<ReadonlySet<number>>(new Set());
  return {
    has: (id) => ids.has(id),
    set: (id, isSelected) => {
      const next = new Set(ids);
      if (isSelected) next.add(id);
      else next.delete(id);
      setIds(next);
    },
    clear: () => setIds(new Set()),
  };
}
