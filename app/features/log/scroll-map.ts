// Scrolls over more rows than a browser can lay out. The height of an element is limited (Firefox: about 17.8 million pixels),
// so beyond HEIGHT_MAX_PX the scroll bar represents a scaled range. Small movements (wheel, arrow keys) still move by the
// exact number of pixels; large ones (dragging the thumb, jumping to an end) move to the same fraction of the content.

export const HEIGHT_MAX_PX = 8_000_000;

export type ScrollMap = {
  /** Height of all rows, in px. */
  contentPx: number;
  viewportPx: number;
  /** The height of the scrollable element. */
  heightPx: number;
};

export type ScrollPosition = {
  /** The element's scrollTop. */
  scrollTop: number;
  /** The start of the viewport, in px of content. */
  contentTop: number;
};

export function scrollMap(contentPx: number, viewportPx: number, heightMaxPx = HEIGHT_MAX_PX): ScrollMap {
  return { contentPx, viewportPx, heightPx: Math.min(contentPx, heightMaxPx) };
}

/** The position after the element has scrolled from `before` to `scrollTop`. */
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

/** The position at which the viewport starts at `contentTop`. */
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
