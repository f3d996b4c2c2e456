import type { ReactNode } from "react";

/** The target of the skip link. */
export const MAIN_ID = "main";

/** The main content of a page. It receives the focus after a navigation, and when the focused element is removed. */
export function Main({ className, children }: { className?: string | undefined; children: ReactNode }) {
  return (
    <main id={MAIN_ID} className={className} tabIndex={-1}>
      {children}
    </main>
  );
}
