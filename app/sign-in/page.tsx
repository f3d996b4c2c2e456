import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { isSsoProblem, SSO_PROBLEMS } from "#lib/auth/oidc/problems.ts";
import { config } from "#lib/config.ts";
import { currentSignIn, currentUser } from "#lib/auth/authorise.ts";
import { passkeyHost } from "#lib/auth/passkeys.ts";
import type { User } from "#lib/domain/permission.ts";
import { safeNextPath } from "#lib/domain/next-path.ts";
import { problemOf } from "#lib/errors.ts";
import { SecondFactorForm } from "../features/account/second-factor-form.tsx";
import { SetUpFactor } from "../features/account/set-up-factor.tsx";
import { SignInForm } from "../features/account/sign-in-form.tsx";
import { SsoButton } from "../features/account/sso-button.tsx";
import { Logo } from "../ui/logo.tsx";
import { Notice } from "../ui/notice.tsx";
import styles from "../features/account/sign-in.module.css";

export const metadata: Metadata = { title: "Sign in · SpiderPig" };

type SignInPageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next, problem, password } = await searchParams;
  const nextPath = safeNextPath(typeof next === "string" ? next : undefined);
  if ((await currentUser()) !== undefined) redirect(nextPath);
  const caller = await currentSignIn();
  const common = { nextPath, passkeyHost: passkeyHost() };
  return (
    <main className={styles.page}>
      <div className={styles.brand}>
        <Logo size={56} />
        <h1 className={styles.title}>SpiderPig</h1>
        <p className={styles.tagline}>Deploy with scap from your browser.</p>
      </div>
      {caller === undefined ? (
        <FirstStep problem={problem} isPasswordRequested={password !== undefined} {...common} />
      ) : (
        <SecondStep caller={caller} {...common} />
      )}
    </main>
  );
}

type StepProps = { nextPath: string; passkeyHost: string };
type FirstStepProps = StepProps & { problem: unknown; isPasswordRequested: boolean };

function FirstStep({ problem, isPasswordRequested, ...common }: FirstStepProps) {
  const { oidc, localAccounts, demoAccounts } = config();
  // With a list of local accounts, they are for emergencies: their form is a page of its own.
  const isEmergency = typeof localAccounts === "object" && oidc !== undefined;
  const offersPassword = oidc === undefined || localAccounts === "on" || (isEmergency && isPasswordRequested);
  return (
    <>
      <div className={styles.panel}>
        {typeof problem === "string" && isSsoProblem(problem) && (
          <Notice tone="error">
            <strong>{problemOf(problem).title}</strong> {SSO_PROBLEMS[problem]}
          </Notice>
        )}
        {oidc !== undefined && <SsoButton label={oidc.label} nextPath={common.nextPath} />}
        {oidc !== undefined && offersPassword && <p className={styles.or}>or</p>}
        {offersPassword && (
          <SignInForm {...common} isSecond={oidc !== undefined} offersDemoAccounts={demoAccounts} />
        )}
      </div>
      {isEmergency && !offersPassword && (
        <a
          className={styles.emergency}
          href={`/sign-in?password&next=${encodeURIComponent(common.nextPath)}`}
        >
          Emergency access with a password
        </a>
      )}
    </>
  );
}

/** What is left to do after the password. */
function SecondStep({ caller, ...common }: StepProps & { caller: User }) {
  return caller.session?.step === "verify_second_factor" ? (
    <SecondFactorForm name={caller.name} {...common} />
  ) : (
    <SetUpFactor {...common} />
  );
}
