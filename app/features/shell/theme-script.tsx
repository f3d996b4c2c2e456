import { THEME_KEY } from "./theme.ts";

/** Applies the selected theme before the first paint, so that no page flashes in the wrong one. */
export function ThemeScript({ nonce }: { nonce: string | undefined }) {
  const script = `try{var t=localStorage.getItem(${JSON.stringify(THEME_KEY)});if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`;
  // Browsers hide the nonce from scripts, so that the attribute differs from what React rendered.
  return <script suppressHydrationWarning nonce={nonce} dangerouslySetInnerHTML={{ __html: script }} />;
}
