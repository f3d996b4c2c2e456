// Scrolling over more rows than a browser can lay out: an element's height is bounded (Firefox: about 17.8
// million pixels), so beyond HEIGHT_MAX_PX the scroll bar covers a shrunk range. Small movements (wheel, arrow
// keys) still move by exactly as many pixels as the browser says, by shifting an offset; long ones (dragging
// the thumb, jumping to an end) land at the same fraction of the whole.

export const HEIGHT_MAX_PX = 8_000_000;

export type ScrollMap = {
  /** Height of all rows, in px. */
  contentPx: number;
  viewportPx: number;
  /** What the element really scrolls over. */
  heightPx: number;
};

export type ScrollPosition = {
  /** The element's scrollTop. */
  scrollTop: number;
  /** Where the viewport begins, in px of content. */
  contentTop: number;
};

export function scrollMap(contentPx: number, viewportPx: number, heightMaxPx = HEIGHT_MAX_PX): ScrollMap {
  return { contentPx, viewportPx, heightPx: Math.min(contentPx, heightMaxPx) };
}

/** Where the content is after the element scrolled from `before` to `scrollTop`. */
export function afterScroll(map: ScrollMap, before: ScrollPosition, scrollTop: number): ScrollPosition {
  const scrollMax = Math.max(0, map.heightPx - map.viewportPx);
  const contentMax = Math.max(0, map.contentPx - map.viewportPx);
  if (scrollMax === contentMax) return { scrollTop, contentTop: clamp(scrollTop, 0, contentMax) };
  if (scrollTop <= 0) return { scrollTop: 0, contentTop: 0 };
  if (scrollTop >= scrollMax - 1) return { scrollTop, contentTop: contentMax };
  const moved = scrollTop - before.scrollTop;
  if (Math.abs(moved) <= map.viewportPx) {
    return { scrollTop, contentTop: clamp(before.contentTop + moved, 0, contentMax) };
  }
  return { scrollTop, contentTop: (scrollTop / scrollMax) * contentMax };
}

/** The scrollTop to set so that the viewport begins at `contentTop`. */
export function scrollTo(map: ScrollMap, contentTop: number): ScrollPosition {
  const scrollMax = Math.max(0, map.heightPx - map.viewportPx);
  const contentMax = Math.max(0, map.contentPx - map.viewportPx);
  const wanted = clamp(contentTop, 0, contentMax);
  return { scrollTop: contentMax === 0 ? 0 : (wanted / contentMax) * scrollMax, contentTop: wanted };
}

export function isAtEnd(map: ScrollMap, position: ScrollPosition, slackPx: number): boolean {
  return position.contentTop + map.viewportPx >= map.contentPx - slackPx;
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
