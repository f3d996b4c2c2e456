import { THEME_KEY } from "../../lib/theme.ts";

/** Sets the chosen theme before anything is painted, so that no page flashes in the wrong one. */
export function ThemeScript() {
  const script = `try{var t=localStorage.getItem(${JSON.stringify(THEME_KEY)});if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`;
  return <script dangerouslySetInnerHTML={{ __html: script }} />;
}
