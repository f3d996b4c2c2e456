"use client";
import { useSession } from "../client/use-session.tsx";
import { linkParts } from "../text/link-parts.ts";
import styles from "./linked-text.module.css";

/** Text with links for its URLs and task numbers. They open in a new tab, to keep the page of a running job open. */
export function LinkedText({ text }: { text: string }) {
  const { taskUrl } = useSession();
  return linkParts(text, taskUrl).map((part, index) =>
    part.href === undefined ? (
      part.text
    ) : (
      <a
        key={index}
        className={part.href === part.text ? undefined : styles.named}
        href={part.href}
        target="_blank"
        rel="noopener noreferrer"
      >
        {part.text}
      </a>
    ),
  );
}
