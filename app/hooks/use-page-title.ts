"use client";
import { useEffect } from "react";

/** Names the tab; the framework's own title stays for whoever has no scripts. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title;
    // The framework writes its own title when a navigation ends, which may be after this effect.
    const observer = new MutationObserver(() => {
      if (document.title !== title) document.title = title;
    });
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => observer.disconnect();
  }, [title]);
}
