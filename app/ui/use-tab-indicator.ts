"use client";
// Shows in a background tab that scap is waiting for input: in its title, and with a dot on its icon.
import { useEffect } from "react";

/** Served by app/icon-waiting.svg/route.ts. */
const WAITING_ICON = "/icon-waiting.svg";

export function useTabIndicator(title: string, isWaiting: boolean): void {
  useEffect(() => {
    const show = () => {
      if (document.title !== title) document.title = title;
      showIcon(isWaiting);
    };
    show();
    // Next.js sets its own title and icon when a navigation ends, which may be after this effect.
    const observer = new MutationObserver(show);
    observer.observe(document.head, {
      childList: true,
      subtree: true,
      characterData: true,
      attributeFilter: ["href"],
    });
    return () => {
      observer.disconnect();
      showIcon(false);
    };
  }, [title, isWaiting]);
}

let defaultIcon: string | undefined;

/** Changes all icon links: Next.js adds its own again when it does not find the one that it rendered. */
function showIcon(isWaiting: boolean): void {
  for (const link of document.querySelectorAll('link[rel="icon"]')) {
    const shown = link.getAttribute("href") ?? undefined;
    if (shown !== undefined && shown !== WAITING_ICON) defaultIcon = shown;
    const wanted = isWaiting ? WAITING_ICON : defaultIcon;
    if (wanted !== undefined && wanted !== shown) link.setAttribute("href", wanted);
  }
}
