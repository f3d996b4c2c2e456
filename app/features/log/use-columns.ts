"use client";
import { useEffect, useState, type RefObject } from "react";

/** The number of monospaced cells that fit next to line numbers and timestamps. */
export function useColumns(box: RefObject<HTMLElement | null>, probe: RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(100);
  useEffect(() => {
    const boxElement = box.current;
    const probeElement = probe.current;
    if (boxElement === null || probeElement === null) return;
    const measure = () => {
      const cellPx = probeElement.getBoundingClientRect().width / PROBE.length;
      const textPx = boxElement.clientWidth - probeElement.offsetLeft - PADDING_END_PX;
      if (cellPx > 0) setColumns(Math.max(20, Math.floor(textPx / cellPx)));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(boxElement);
    observer.observe(probeElement);
    return () => observer.disconnect();
  }, [box, probe]);
  return columns;
}

export const PROBE = "0".repeat(100);
const PADDING_END_PX = 12;
