"use client";
// The height at which the end of the log is still in the window. The last lines explain a question, and a box that extends
// below the edge of the window would hide exactly those.
import { useLayoutEffect, useState, type RefObject } from "react";

/** Distance between the log and the edge of the window. */
const MARGIN_PX = 16;

/** @returns undefined until it has been measured. */
export function useAvailableHeight(box: RefObject<HTMLElement | null>): number | undefined {
  const [heightPx, setHeightPx] = useState<number>();
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => {
      const top = element.getBoundingClientRect().top + globalThis.scrollY;
      setHeightPx(Math.max(0, Math.floor(globalThis.innerHeight - top - MARGIN_PX)));
    };
    measure();
    // Whatever moves the log resizes one of its ancestors. Observing the page alone is not enough, because another column
    // may determine its height.
    const observer = new ResizeObserver(measure);
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      observer.observe(around);
    }
    globalThis.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      globalThis.removeEventListener("resize", measure);
    };
  }, [box]);
  return heightPx;
}
