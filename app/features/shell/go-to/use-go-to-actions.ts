"use client";
// The pages and actions that the "Go to" dialog offers, and what an action does.
import { usePermission, useSession } from "../../../client/use-session.tsx";
import { useTimeZoneChoice } from "../../../ui/time-zone.tsx";
import { hasOwnPage, operationHref } from "../../../text/page-links.ts";
import { visiblePages } from "../navigation/pages.ts";
import { THEMES, THEME_LABELS, type Theme } from "../theme.ts";
import { useTheme } from "../use-theme.ts";
import type { Destination } from "./destinations.ts";

/** Actions that open another dialog. */
export type GoToDialogName = "freeze" | "notifications" | "shortcuts";
export type GoToAction = GoToDialogName | "times" | `theme-${Theme}`;

export function useGoToActions(onOpen: (name: GoToDialogName) => void): {
  fixed: Destination<GoToAction>[];
  run: (action: GoToAction) => void;
} {
  const canFreeze = usePermission("freeze_lane");
  const session = useSession();
  const operations = session.operations.filter(({ kind, isPermitted }) => isPermitted && !hasOwnPage(kind));
  const [theme, setTheme] = useTheme();
  const { isLocal, setLocal } = useTimeZoneChoice();
  const themes = THEMES.filter((name) => name !== theme);
  const fixed: Destination<GoToAction>[] = [
    ...visiblePages(session).map(({ label, hint, href }) => ({ label, hint, href })),
    ...operations.map(({ kind, name }) => ({ label: `${name}…`, href: operationHref(kind) })),
    ...(canFreeze ? [{ label: "Freeze deployments…", action: "freeze" as const }] : []),
    { label: "Notifications…", action: "notifications" },
    { label: isLocal ? "Show times in UTC" : "Show local times", action: "times" },
    ...themes.map(
      (name) => ({ label: `Appearance: ${THEME_LABELS[name]}`, action: `theme-${name}` }) as const,
    ),
    { label: "Keyboard shortcuts", action: "shortcuts" },
  ];
  const run = (action: GoToAction) => {
    switch (action) {
      case "freeze":
      case "notifications":
      case "shortcuts":
        return onOpen(action);
      case "times":
        return setLocal(!isLocal);
      case "theme-system":
        return setTheme("system");
      case "theme-light":
        return setTheme("light");
      case "theme-dark":
        return setTheme("dark");
    }
  };
  return { fixed, run };
}
