import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { config } from "#lib/config.ts";
import { currentUser } from "#lib/auth/authorise.ts";
import { safeNextPath } from "../client/next-path.ts";
import { SignInForm } from "../features/account/sign-in-form.tsx";
import { Logo } from "../ui/logo.tsx";
import styles from "../features/account/sign-in.module.css";

export const metadata: Metadata = { title: "Sign in · SpiderPig" };

type SignInPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next } = await searchParams;
  const nextPath = safeNextPath(typeof next === "string" ? next : undefined);
  if ((await currentUser()) !== undefined) redirect(nextPath);
  return (
    <main className={styles.page}>
      <div className={styles.brand}>
        <Logo size={56} />
        <h1 className={styles.title}>SpiderPig</h1>
        <p className={styles.tagline}>Deploy with scap from your browser.</p>
      </div>
      <SignInForm nextPath={nextPath} offersDemoAccounts={config().demoAccounts} />
    </main>
  );
}
