"use client";
// A stack at the bottom of the window, above the page: what needs attention now is always in view, and nothing that appears,
// grows or leaves there moves the page. It grows upwards, so that its last element keeps its place.
import { type ReactNode, useLayoutEffect, useRef } from "react";
import styles from "./dock.module.css";

/** The height of the dock, for content that must not end below it (globals.css). */
const HEIGHT_PROPERTY = "--dock-height";

export function Dock({ hasAside = false, children }: { hasAside?: boolean; children: ReactNode }) {
  const stack = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => (stack.current === null ? undefined : publishHeight(stack.current)), []);
  return (
    <div className={styles.dock} data-has-aside={hasAside || undefined}>
      <div ref={stack} className={styles.stack}>
        {children}
      </div>
    </div>
  );
}

/** The stack itself is as high as the window: its height is that of its elements. */
function publishHeight(stack: HTMLElement): () => void {
  const root = document.documentElement;
  const publish = () => {
    const first = stack.firstElementChild;
    const heightPx =
      first === null ? 0 : stack.getBoundingClientRect().bottom - first.getBoundingClientRect().top;
    root.style.setProperty(HEIGHT_PROPERTY, `${Math.ceil(heightPx)}px`);
  };
  const sizes = new ResizeObserver(publish);
  const observe = () => {
    sizes.disconnect();
    sizes.observe(stack);
    for (const element of stack.children) sizes.observe(element);
  };
  const elements = new MutationObserver(observe);
  observe();
  elements.observe(stack, { childList: true });
  return () => {
    sizes.disconnect();
    elements.disconnect();
    root.style.removeProperty(HEIGHT_PROPERTY);
  };
}
