import type { ReactNode } from "react";
import { Logo } from "./logo.tsx";
import { Main } from "./main.tsx";

/** A page with a single message, such as an error. Its action is a plain link or button (message-page.css). */
export function MessagePage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Main className="message-page">
      <Logo size={64} />
      <h1>{title}</h1>
      {children}
    </Main>
  );
}
