"use client";
import { usePathname } from "next/navigation";

/** Back to this page after signing in. A plain link: the whole page must be loaded for the new session. */
export function SignInLink() {
  return <a href={`/sign-in?next=${encodeURIComponent(usePathname())}`}>Sign in again</a>;
}
