import type { ReactNode, RefObject } from "react";
import { cdxIconAlert, cdxIconError, cdxIconInfoFilled, cdxIconSuccess } from "@wikimedia/codex-icons";
import type { Icon as CodexIcon } from "@wikimedia/codex-icons";
import { Icon } from "./codex-icon.tsx";
import styles from "./notice.module.css";

export type NoticeTone = "notice" | "warning" | "error" | "success";

const ICONS: Record<NoticeTone, CodexIcon> = {
  notice: cdxIconInfoFilled,
  warning: cdxIconAlert,
  error: cdxIconError,
  success: cdxIconSuccess,
};

type NoticeProps = {
  tone: NoticeTone;
  /** How screen readers announce the notice when it appears; leave out if it is part of the initial page. */
  live?: "assertive" | "polite";
  action?: ReactNode;
  /** Makes the notice a focus target (use-restored-focus.ts). */
  focusTarget?: { ref: RefObject<HTMLDivElement | null>; "data-focus-target": string; tabIndex: -1 };
  children: ReactNode;
};

export function Notice({ tone, live, action, focusTarget, children }: NoticeProps) {
  return (
    <div
      {...focusTarget}
      className={`${styles.notice} ${styles[tone]}`}
      role={live === undefined ? undefined : live === "assertive" ? "alert" : "status"}
    >
      <span className={styles.icon}>
        <Icon icon={ICONS[tone]} />
      </span>
      <div className={styles.text}>{children}</div>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  );
}
