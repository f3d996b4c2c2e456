"use client";
// What is known about a lane or a host. One line, or two on phones, so that a change by another person moves no button; the person
// opens the rest of a longer text.
import { type ReactNode, useEffect, useRef, useState } from "react";
import { cdxIconCollapse, cdxIconExpand } from "@wikimedia/codex-icons";
import { IconButton } from "../../ui/button.tsx";
import styles from "./admin.module.css";

export function RowFacts({ subject, children }: { subject: string; children: ReactNode }) {
  const text = useRef<HTMLSpanElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [isClipped, setIsClipped] = useState(false);
  // After each render, because the text changes while its box keeps its size.
  useEffect(() => {
    const box = text.current;
    if (box === null || isOpen) return;
    const measure = () =>
      setIsClipped(box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    return () => observer.disconnect();
  });
  return (
    <>
      <span ref={text} className={styles.grow} data-open={isOpen || undefined}>
        {children}
      </span>
      <span className={styles.more} data-hidden={(!isClipped && !isOpen) || undefined}>
        <IconButton
          label={`${isOpen ? "Show less" : "Show all"} about ${subject}`}
          icon={isOpen ? cdxIconCollapse : cdxIconExpand}
          aria-expanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
        />
      </span>
    </>
  );
}
