"use client";
import { useEffect } from "react";
import { applyTheme, isTheme, THEME_KEY, type Theme } from "./theme.ts";
import { useLocalStorage } from "../../ui/use-local-storage.ts";

/** The selected theme, stored in the browser and shared by all tabs. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [stored, store] = useLocalStorage(THEME_KEY);
  const theme = isTheme(stored) ? stored : "system";
  useEffect(() => {
    // Null also during hydration, when the script in the page's head has already applied the stored theme.
    if (stored !== null) applyTheme(theme);
  }, [stored, theme]);
  return [theme, store];
}
