"use client";
import { useSession } from "../client/use-session.tsx";
import { linkParts } from "../text/question-text.ts";
import styles from "./linked-text.module.css";

/** Text whose web addresses and tasks can be followed, in a new tab: nobody should lose the page of a running job. */
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
