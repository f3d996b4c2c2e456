"use client";
import { usePathname } from "next/navigation";

/** Returns to this page after signing in. A plain link, because the new session needs a full page load. */
export function SignInLink() {
  return <a href={`/sign-in?next=${encodeURIComponent(usePathname())}`}>Sign in again</a>;
}
