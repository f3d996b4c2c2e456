"use client";
// Dragging the changes of a window: the sensors, and what screen readers announce.
import {
  type Announcements,
  KeyboardSensor,
  PointerSensor,
  type ScreenReaderInstructions,
  TouchSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import { sortableKeyboardCoordinates } from "@dnd-kit/sortable";
import type { WindowItem } from "#lib/contract/window.ts";

/** So that a press on the handle is no drag yet. */
const DISTANCE_PX = 4;

export function useDragSensors() {
  return useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: DISTANCE_PX } }),
    useSensor(TouchSensor, { activationConstraint: { distance: DISTANCE_PX } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
}

export function dragTexts(items: readonly WindowItem[]): {
  announcements: Announcements;
  screenReaderInstructions: ScreenReaderInstructions;
} {
  const name = (id: UniqueIdentifier) =>
    `Change ${items.find((item) => item.id === id)?.change.number ?? ""}`;
  const place = (id: UniqueIdentifier) =>
    `position ${items.findIndex((item) => item.id === id) + 1} of ${items.length}`;
  return {
    screenReaderInstructions: {
      draggable:
        "To move the change, press Space, then the arrow keys. Press Space again to drop it, or Escape to cancel.",
    },
    announcements: {
      onDragStart: ({ active }) => `${name(active.id)} picked up at ${place(active.id)}.`,
      onDragOver: ({ active, over }) =>
        over === null ? undefined : `${name(active.id)} is over ${place(over.id)}.`,
      onDragEnd: ({ active, over }) =>
        over === null ? undefined : `${name(active.id)} dropped at ${place(over.id)}.`,
      onDragCancel: ({ active }) => `${name(active.id)} was not moved.`,
    },
  };
}
