"use client";
import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { Notice } from "./notice.tsx";
import styles from "./shown-once.module.css";

type ShownOnceProps = {
  title: string;
  /** To copy. */
  text: string;
  /** The label of the button that closes it. */
  action?: string;
  onClose: () => void;
  /** How it is shown. The default is the text. */
  children?: ReactNode;
};

/** A secret that the server does not show again. */
export function ShownOnce({ title, text, action = "Done", onClose, children }: ShownOnceProps) {
  const [copied, setCopied] = useState<"Copied" | "Couldn’t copy">();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied("Copied"),
      () => setCopied("Couldn’t copy"),
    );
  return (
    <div className={styles.box}>
      <Notice tone="warning" live="polite">
        <strong>{title}.</strong> Shown only now: save a copy.
      </Notice>
      {children ?? <code className={styles.secret}>{text}</code>}
      <div className={styles.buttons}>
        <Button onClick={() => void copy()}>Copy</Button>
        <Button tone="progressive" weight="primary" onClick={onClose}>
          {action}
        </Button>
        <output>{copied}</output>
      </div>
    </div>
  );
}
