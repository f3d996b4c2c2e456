"use client";
import { cdxIconEye } from "@wikimedia/codex-icons";
import { useSession } from "../client/use-session.tsx";
import { Icon } from "./codex-icon.tsx";
import styles from "./other-viewers.module.css";

/** The names that fit; the others are counted. */
const NAMES_SHOWN_MAX = 3;

/** Who else has this page open. It uses only the space that is left in its line, so that it moves nothing. */
export function OtherViewers({ names }: { names: readonly string[] }) {
  const me = useSession().user.name;
  const others = names.filter((name) => name !== me);
  if (others.length === 0) return <span className={styles.viewers} />;
  const shown = others.slice(0, NAMES_SHOWN_MAX).join(", ");
  const hidden = others.length - NAMES_SHOWN_MAX;
  return (
    <span className={styles.viewers} title={`Also viewing: ${others.join(", ")}`}>
      <Icon icon={cdxIconEye} size="small" />
      <span className="visually-hidden">Also viewing: </span>
      <span className={styles.names}>
        {shown}
        {hidden > 0 && ` and ${hidden} more`}
      </span>
    </span>
  );
}
