"use client";
// What the tab of the page says, for whoever looks at another one: its title, and a dot on its icon while scap asks.
import { useEffect } from "react";

/** app/icon-waiting.svg/route.ts */
const ASKED_ICON = "/icon-waiting.svg";

/** The framework's own title and icon stay for whoever has no scripts. */
export function useTabIndicator(title: string, isAsked: boolean): void {
  useEffect(() => {
    const show = () => {
      if (document.title !== title) document.title = title;
      showIcon(isAsked);
    };
    show();
    // The framework writes its own when a navigation ends, which may be after this effect.
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
  }, [title, isAsked]);
}

let plainIcon: string | undefined;

/** All of them: the framework adds its own anew when it does not find the one it had written. */
function showIcon(isAsked: boolean): void {
  for (const link of document.querySelectorAll('link[rel="icon"]')) {
    const shown = link.getAttribute("href") ?? undefined;
    if (shown !== undefined && shown !== ASKED_ICON) plainIcon = shown;
    const wanted = isAsked ? ASKED_ICON : plainIcon;
    if (wanted !== undefined && wanted !== shown) link.setAttribute("href", wanted);
  }
}
