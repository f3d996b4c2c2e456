"use client";
// Shows on every page that scap is waiting for input: in the title of the tab, with a dot on its icon, and on the icon of the
// installed application.
import { useEffect } from "react";
import type { Interaction } from "#lib/contract/interaction.ts";
import { homeTabTitle } from "../../text/waiting-time.ts";
import { useCurrentPageTitle } from "../../ui/page-title.ts";

/** Served by app/icon-waiting.svg/route.ts. */
const WAITING_ICON = "/icon-waiting.svg";

/** @param questions all that are open. */
export function useTabIndicator(questions: readonly Interaction[]): void {
  const page = useCurrentPageTitle();
  const prefix = questions.length === 0 || page?.isQuestion === true ? "" : `● ${homeTabTitle(questions)} · `;
  const isWaiting = questions.length > 0 || page?.isQuestion === true;

  useEffect(() => {
    const show = () => {
      showTitle(page?.text, prefix);
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
  }, [page, prefix, isWaiting]);

  useEffect(() => {
    // Fails where badges are not permitted.
    void navigator.setAppBadge?.(questions.length).catch(() => undefined);
  }, [questions.length]);
}

/** What was shown last, and the title of the page in it. */
let shown = { title: "", base: "" };

function showTitle(own: string | undefined, prefix: string): void {
  const base = own ?? (document.title === shown.title ? shown.base : document.title);
  const title = prefix + base;
  shown = { title, base };
  if (document.title !== title) document.title = title;
}

let defaultIcon: string | undefined;

/** Changes all icon links: Next.js adds its own again when it does not find the one that it rendered. */
function showIcon(isWaiting: boolean): void {
  for (const link of document.querySelectorAll('link[rel="icon"]')) {
    const href = link.getAttribute("href") ?? undefined;
    if (href !== undefined && href !== WAITING_ICON) defaultIcon = href;
    const wanted = isWaiting ? WAITING_ICON : defaultIcon;
    if (wanted !== undefined && wanted !== href) link.setAttribute("href", wanted);
  }
}
