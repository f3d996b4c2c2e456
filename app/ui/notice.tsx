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
  /** Whether a screen reader is interrupted or waits; neither for what was there when the page came. */
  announced?: "at once" | "politely";
  action?: ReactNode;
  /** When the keyboard may go to it (hooks/use-restored-focus.ts). */
  place?: { ref: RefObject<HTMLDivElement | null>; "data-focus-target": string; tabIndex: -1 };
  children: ReactNode;
};

export function Notice({ tone, announced, action, place, children }: NoticeProps) {
  return (
    <div
      {...place}
      className={`${styles.notice} ${styles[tone]}`}
      role={announced === undefined ? undefined : announced === "at once" ? "alert" : "status"}
    >
      <span className={styles.icon}>
        <Icon icon={ICONS[tone]} />
      </span>
      <div className={styles.text}>{children}</div>
      {action !== undefined && <div className={styles.action}>{action}</div>}
    </div>
  );
}
