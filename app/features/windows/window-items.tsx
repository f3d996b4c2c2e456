"use client";
// The changes of a window. Deployers order them by dragging, with the pointer, touch or the keyboard, or with the buttons of each
// row, and start one or several of them.
import type { ReactNode } from "react";
import { closestCenter, DndContext, type DragEndEvent } from "@dnd-kit/core";
import { SortableContext, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { isStartableItem } from "#lib/domain/window.ts";
import type { WindowItem } from "#lib/contract/window.ts";
import { call } from "../../client/api.ts";
import { useSelectedIds } from "../../client/use-selected-ids.ts";
import { usePermission } from "../../client/use-session.tsx";
import { changeNumbers, deployLabel } from "../../text/labels.ts";
import { Button } from "../../ui/button.tsx";
import card from "../../ui/card.module.css";
import { type BoardChange, type BoardState, isRemoved } from "./board-state.ts";
import { dragTexts, useDragSensors } from "./drag.ts";
import { StartDialog } from "./start-dialog.tsx";
import { useStart } from "./use-start.ts";
import type { BoardActions } from "./use-window.ts";
import { windowFindings } from "./window-findings.ts";
import { WindowItemRow } from "./window-item-row.tsx";
import styles from "./window-items.module.css";

type WindowItemsProps = {
  board: BoardState;
  onChange: (change: BoardChange) => void;
  actions: BoardActions;
};

export function WindowItems({ board, onChange, actions }: WindowItemsProps) {
  const { window, shown } = board;
  const canStart = usePermission("create_job") && window.cancelled === null;
  const selected = useSelectedIds();
  const findings = windowFindings(window.items);
  const start = useStart({ windowId: window.id, findings, actions, onStarted: selected.clear });
  const chosen = window.items.filter(({ id, state }) => selected.has(id) && isStartableItem(state));
  const ids = shown.map(({ id }) => id);
  const move = (id: number, before: number | undefined) => {
    onChange({ kind: "moved", id, before: before ?? null });
    actions.run((onSlow) =>
      call("PUT /api/windows/{id}/items/{item}/position", {
        params: { id: window.id, item: id },
        body: { before: before ?? null },
        onSlow,
      }),
    );
  };
  return (
    <section aria-label="Changes" className={styles.section}>
      {canStart && (
        <StartBar chosen={chosen} isEnabled={actions.isEnabled} onStart={() => start.request(chosen)} />
      )}
      <Sortable shown={shown} onMove={move}>
        <ol className={`${card.card} ${styles.list}`}>
          {shown.map((item, index) => (
            <WindowItemRow
              key={item.id}
              item={item}
              window={window}
              position={index + 1}
              findings={findings.get(item.change.number) ?? []}
              isRemoved={isRemoved(board, item)}
              isSelected={selected.has(item.id)}
              onSelect={(isSelected) => selected.set(item.id, isSelected)}
              actions={actions}
              onMoveUp={index === 0 ? undefined : () => move(item.id, ids[index - 1])}
              onMoveDown={index === ids.length - 1 ? undefined : () => move(item.id, ids[index + 2])}
              onRemoved={() => onChange({ kind: "removed", id: item.id })}
              onStart={() => start.request([item])}
            />
          ))}
          {shown.length === 0 && <li className={styles.empty}>No changes yet.</li>}
        </ol>
      </Sortable>
      <StartDialog start={start} findings={findings} />
    </section>
  );
}

type StartBarProps = { chosen: readonly WindowItem[]; isEnabled: boolean; onStart: () => void };

function StartBar({ chosen, isEnabled, onStart }: StartBarProps) {
  const changes = chosen.map(({ change }) => change);
  return (
    <div className={styles.bar}>
      <Button
        tone="progressive"
        weight="primary"
        disabled={!isEnabled || changes.length === 0}
        onClick={onStart}
      >
        {changes.length < 2 ? "Deploy selected" : `${deployLabel(changes)} together`}
      </Button>
      <span className={styles.hint}>
        {changes.length === 0 ? "Select changes to deploy them in one job." : changeNumbers(changes)}
      </span>
    </div>
  );
}

type SortableProps = {
  shown: readonly WindowItem[];
  /** `before`: undefined if it becomes the last. */
  onMove: (id: number, before: number | undefined) => void;
  children: ReactNode;
};

function Sortable({ shown, onMove, children }: SortableProps) {
  const sensors = useDragSensors();
  const ids = shown.map(({ id }) => id);
  const onDragEnd = ({ active, over }: DragEndEvent) => {
    if (over === null || active.id === over.id) return;
    const [from, to] = [ids.indexOf(Number(active.id)), ids.indexOf(Number(over.id))];
    onMove(Number(active.id), to > from ? ids[to + 1] : ids[to]);
  };
  return (
    <DndContext
      id="window-items"
      sensors={sensors}
      collisionDetection={closestCenter}
      accessibility={dragTexts(shown)}
      onDragEnd={onDragEnd}
    >
      <SortableContext items={ids} strategy={verticalListSortingStrategy}>
        {children}
      </SortableContext>
    </DndContext>
  );
}
