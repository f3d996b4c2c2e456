"use client";
import { useEffect } from "react";
import { applyTheme, isTheme, THEME_KEY, type Theme } from "./theme.ts";
import { useLocalStorage } from "../../ui/use-local-storage.ts";

/** The reader's choice, remembered, and the same in all tabs. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [stored, store] = useLocalStorage(THEME_KEY);
  const theme = isTheme(stored) ? stored : "system";
  useEffect(() => {
    // Null is also what the server renders; the script in the page's head has then decided already.
    if (stored !== null) applyTheme(theme);
  }, [stored, theme]);
  return [theme, store];
}
