"use client";
import { encode } from "uqr";

/** Loaded when it is shown: few people need it more than once. */
export default function QrCode({ text }: { text: string }) {
  const { size, data } = encode(text, { border: 2 });
  const path = data
    .flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
  return (
    <svg viewBox={`0 0 ${size} ${size}`} aria-hidden>
      <path d={path} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}
