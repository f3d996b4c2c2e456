import type { Icon as CodexIcon } from "@wikimedia/codex-icons";
import styles from "./codex-icon.module.css";

/** Decorative: its meaning is always in the text next to it, or in the label of its button. */
export function Icon({ icon, size = "medium" }: { icon: CodexIcon; size?: "small" | "medium" | "large" }) {
  return (
    <svg
      className={styles[size]}
      viewBox="0 0 20 20"
      aria-hidden="true"
      focusable="false"
      fill="currentColor"
      dangerouslySetInnerHTML={{ __html: markup(icon) }}
    />
  );
}

function markup(icon: CodexIcon): string {
  if (typeof icon === "string") return icon;
  if ("path" in icon) return `<path d="${icon.path}"/>`;
  return markup("ltr" in icon ? icon.ltr : icon.default);
}
