"use client";
// A stack at the bottom of the window, above the page: what needs attention now is always in view, and nothing that appears,
// grows or leaves there moves the page. It grows upwards, so that its last element keeps its place.
import { type ReactNode, useLayoutEffect, useRef } from "react";
import styles from "./dock.module.css";

/** The height of the dock, for content that must not end below it (globals.css). */
const HEIGHT_PROPERTY = "--dock-height";

export function Dock({ hasAside = false, children }: { hasAside?: boolean; children: ReactNode }) {
  const stack = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = stack.current;
    if (element === null) return;
    const root = document.documentElement;
    const observer = new ResizeObserver(() => {
      const { height } = element.getBoundingClientRect();
      root.style.setProperty(HEIGHT_PROPERTY, `${Math.ceil(height)}px`);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.style.removeProperty(HEIGHT_PROPERTY);
    };
  }, []);
  return (
    <div className={styles.dock} data-has-aside={hasAside || undefined}>
      <div ref={stack} className={styles.stack}>
        {children}
      </div>
    </div>
  );
}
