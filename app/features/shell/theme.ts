// The themes, and how one is applied to the page.
export const THEME_KEY = "spiderpig.theme";
export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_LABELS: Record<Theme, string> = {
  system: "System",
  light: "Light",
  dark: "Dark",
};

export function isTheme(text: string | null): text is Theme {
  const themes: readonly (string | null)[] = THEMES;
  return themes.includes(text);
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
