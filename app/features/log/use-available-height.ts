"use client";
// How high the log may be so that its end is on the screen: at a question the last lines say what happened, and a box that
// reaches below the edge of the window hides exactly those.
import { useLayoutEffect, useState, type RefObject } from "react";

/** Between the end of the log and the edge of the window. */
const MARGIN_PX = 16;

/** @returns undefined until it has been measured. */
export function useAvailableHeight(box: RefObject<HTMLElement | null>): number | undefined {
  const [roomPx, setRoomPx] = useState<number>();
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => {
      const top = element.getBoundingClientRect().top + globalThis.scrollY;
      setRoomPx(Math.max(0, Math.floor(globalThis.innerHeight - top - MARGIN_PX)));
    };
    measure();
    // What moves the log makes an element around it larger or smaller. The page alone would not do: its height may be that
    // of another column.
    const observer = new ResizeObserver(measure);
    for (let around = element.parentElement; around !== null; around = around.parentElement)
      observer.observe(around);
    globalThis.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      globalThis.removeEventListener("resize", measure);
    };
  }, [box]);
  return roomPx;
}
