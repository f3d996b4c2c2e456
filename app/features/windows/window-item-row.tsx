"use client";
// A change of a window: what it is, where it is, what its author says, and what can be done with it. Everything has a fixed place,
// so that nothing moves while its state changes.
import Link from "next/link";
import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { cdxIconArrowDown, cdxIconArrowUp, cdxIconDraggable, cdxIconTrash } from "@wikimedia/codex-icons";
import { visibleText } from "#lib/domain/visible-text.ts";
import { isAuthor, isStartableItem, type WindowReport } from "#lib/domain/window.ts";
import type { DeploymentWindow, WindowItem } from "#lib/contract/window.ts";
import { call } from "../../client/api.ts";
import { usePermission, useSession } from "../../client/use-session.tsx";
import { itemDetail, itemLabel, isTestable } from "../../text/window-text.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button, IconButton } from "../../ui/button.tsx";
import { Checkbox } from "../../ui/checkbox.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { ItemFindings } from "./item-findings.tsx";
import type { BoardActions } from "./use-window.ts";
import type { ItemFinding } from "./window-findings.ts";
import styles from "./window-item-row.module.css";

type WindowItemRowProps = {
  item: WindowItem;
  window: Pick<DeploymentWindow, "id" | "cancelled">;
  position: number;
  findings: readonly ItemFinding[];
  /** By another person. */
  isRemoved: boolean;
  isSelected: boolean;
  onSelect: (isSelected: boolean) => void;
  actions: BoardActions;
  /** Undefined for the first one. */
  onMoveUp: (() => void) | undefined;
  /** Undefined for the last one. */
  onMoveDown: (() => void) | undefined;
  onRemoved: () => void;
  onStart: () => void;
};

export function WindowItemRow(props: WindowItemRowProps) {
  const { item, window, findings, isRemoved, actions, onStart } = props;
  const { change, facts, state } = item;
  const isOpen = window.cancelled === null;
  const canManage = usePermission("manage_window") && isOpen;
  const canStart = usePermission("create_job") && isOpen;
  const isStartable = isStartableItem(state) && !isRemoved;
  const isMovable = canManage && actions.isEnabled && !isRemoved;
  const { attributes, listeners, setNodeRef, transform, transition, isDragging } = useSortable({
    id: item.id,
    disabled: !isMovable,
  });
  return (
    <li
      ref={setNodeRef}
      className={styles.row}
      data-dragging={isDragging || undefined}
      data-removed={isRemoved || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      {canManage && (
        <button
          type="button"
          className={styles.handle}
          {...attributes}
          {...listeners}
          aria-label={`Move change ${change.number}`}
        >
          <Icon icon={cdxIconDraggable} />
        </button>
      )}
      <Place {...props} isSelectable={canStart && isStartable} />
      <div className={styles.change}>
        <ItemText item={item} />
        <ItemFindings findings={findings} isChecked={facts !== null} isStartable={isStartable} />
      </div>
      <ItemState item={item} isRemoved={isRemoved} />
      <div className={styles.actions}>
        <Reports {...props} />
        {canStart && (
          <Button
            tone="progressive"
            disabled={!actions.isEnabled || !isStartable}
            aria-label={`Deploy change ${change.number}`}
            onClick={onStart}
          >
            Deploy
          </Button>
        )}
      </div>
      {canManage && <OrderButtons {...props} />}
    </li>
  );
}

type PlaceProps = Pick<WindowItemRowProps, "item" | "position" | "isSelected" | "onSelect"> & {
  isSelectable: boolean;
};

function Place({ item: { change }, position, isSelectable, isSelected, onSelect }: PlaceProps) {
  return (
    <div className={styles.place}>
      {isSelectable ? (
        <Checkbox isChecked={isSelected} onChange={onSelect}>
          <span className="visually-hidden">Select change {change.number}</span>
          <span aria-hidden="true">{position}</span>
        </Checkbox>
      ) : (
        <span className={styles.position}>{position}</span>
      )}
    </div>
  );
}

function ItemText({ item: { change, author } }: { item: WindowItem }) {
  return (
    <>
      <p className={styles.subject} title={visibleText(change.subject)}>
        <a href={change.url} target="_blank" rel="noreferrer">
          {change.number}
        </a>{" "}
        {visibleText(change.subject)}
      </p>
      <p className={styles.meta}>
        <strong>{visibleText(author)}</strong> · {visibleText(change.project)} · {visibleText(change.branch)}
      </p>
    </>
  );
}

function ItemState({ item, isRemoved }: { item: WindowItem; isRemoved: boolean }) {
  const { job, state } = item;
  const label = isRemoved ? { label: "Removed", tone: "neutral" as const } : itemLabel(item);
  const detail = visibleText(itemDetail(item));
  return (
    <div className={styles.state}>
      <Badge {...label} isLive={state === "running"} />
      <p className={styles.detail} title={detail}>
        {job !== null && <Link href={`/jobs/${job.id}`}>Job {job.id}</Link>} {detail}
      </p>
    </div>
  );
}

/** Toggles: pressed again, they withdraw what was said. */
function Reports({ item, window, isRemoved, actions }: WindowItemRowProps) {
  const { user } = useSession();
  const isDeployer = usePermission("create_job");
  const { change, author, report, job } = item;
  if (!isDeployer && !isAuthor(user.name, { author, owner: change.owner })) return null;
  const isTested = report?.kind === "tested" && report.jobId === job?.id;
  const isAbsent = report?.kind === "absent";
  const say = (kind: WindowReport | null) =>
    actions.run((onSlow) =>
      call("PUT /api/windows/{id}/items/{item}/report", {
        params: { id: window.id, item: item.id },
        body: { report: kind },
        onSlow,
      }),
    );
  const isEnabled = actions.isEnabled && !isRemoved && window.cancelled === null;
  return (
    <>
      <Button
        disabled={!isEnabled || !isTestable(item)}
        aria-pressed={isTested}
        aria-label={`Change ${change.number} is tested`}
        onClick={() => say(isTested ? null : "tested")}
      >
        Tested
      </Button>
      <Button
        disabled={!isEnabled}
        aria-pressed={isAbsent}
        aria-label={`The author of change ${change.number} is not here`}
        onClick={() => say(isAbsent ? null : "absent")}
      >
        Not here
      </Button>
    </>
  );
}

function OrderButtons({
  item,
  window,
  isRemoved,
  actions,
  onMoveUp,
  onMoveDown,
  onRemoved,
}: WindowItemRowProps) {
  const { id, change, job } = item;
  const isEnabled = actions.isEnabled && !isRemoved;
  const remove = () =>
    actions.run(async (onSlow) => {
      await call("DELETE /api/windows/{id}/items/{item}", { params: { id: window.id, item: id }, onSlow });
      onRemoved();
    });
  return (
    <span className={styles.order}>
      <IconButton
        label={`Move change ${change.number} up`}
        icon={cdxIconArrowUp}
        aria-disabled={!isEnabled || onMoveUp === undefined || undefined}
        onClick={() => isEnabled && onMoveUp?.()}
      />
      <IconButton
        label={`Move change ${change.number} down`}
        icon={cdxIconArrowDown}
        aria-disabled={!isEnabled || onMoveDown === undefined || undefined}
        onClick={() => isEnabled && onMoveDown?.()}
      />
      <IconButton
        label={`Remove change ${change.number}`}
        icon={cdxIconTrash}
        aria-disabled={!isEnabled || job !== null || undefined}
        onClick={() => isEnabled && job === null && remove()}
      />
    </span>
  );
}
