import { THEME_KEY } from "./theme.ts";

/** Sets the chosen theme before anything is painted, so that no page flashes in the wrong one. */
export function ThemeScript({ nonce }: { nonce: string | undefined }) {
  const script = `try{var t=localStorage.getItem(${JSON.stringify(THEME_KEY)});if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`;
  // A browser hides the nonce from whoever reads the page, so React finds another one than it wrote.
  return <script suppressHydrationWarning nonce={nonce} dangerouslySetInnerHTML={{ __html: script }} />;
}
