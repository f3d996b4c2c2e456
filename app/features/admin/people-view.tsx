"use client";
// Every account: role, how it signs in, when it was last seen, and what an admin can do with it.
import Link from "next/link";
import { useState } from "react";
import { useRouter } from "next/navigation";
import type { Person } from "#lib/contract/admin.ts";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { isCurrent } from "../../client/use-event-stream.ts";
import { useOverview } from "../../client/use-overview.tsx";
import { useSession } from "../../client/use-session.tsx";
import { plural } from "../../text/format.ts";
import { ROLE_LABELS } from "../../text/labels.ts";
import { personHref } from "../../text/page-links.ts";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import { Moment } from "../../ui/time.tsx";
import card from "../../ui/card.module.css";
import { AdminPage } from "./admin-page.tsx";
import { PersonMenu } from "./person-menu.tsx";
import styles from "./admin.module.css";

export function PeopleView({ people }: { people: readonly Person[] }) {
  const enabled = people.filter(({ isDisabled }) => !isDisabled).length;
  return (
    <AdminPage name="people">
      <div className={styles.bar}>
        <span>
          {plural(people.length, "account", "accounts")}, {enabled} enabled. Add accounts with{" "}
          <code>npm run user -- add</code>.
        </span>
        <SignOutEveryone />
      </div>
      <ul className={`${card.card} ${styles.list}`} aria-label="People">
        {people.map((person) => (
          <PersonRow key={person.name} person={person} />
        ))}
      </ul>
    </AdminPage>
  );
}

function PersonRow({ person }: { person: Person }) {
  const { name, role, isDisabled, lastSeenAt } = person;
  const isSelf = useSession().user.name === name;
  return (
    <li className={`${styles.person} ${isDisabled ? styles.disabled : ""}`}>
      <span className={styles.name}>
        <Link href={personHref(name)}>{name}</Link>
      </span>
      <span className={styles.role}>
        {isDisabled ? <Badge tone="error" label="Disabled" /> : ROLE_LABELS[role].label}
      </span>
      <span className={styles.facts}>{factsOf(person).join(" · ")}</span>
      <span className={styles.seen}>
        {lastSeenAt === null ? (
          "Never seen"
        ) : (
          <>
            Last seen <Moment at={lastSeenAt} />
          </>
        )}
      </span>
      <span className={styles.actions}>{isSelf ? "You" : <PersonMenu person={person} />}</span>
    </li>
  );
}

const FACTOR_LABELS = { authenticator_app: "authenticator app", passkey: "passkey" } as const;

function factsOf({
  role,
  isDisabled,
  source,
  secondFactors,
  sessions,
  tokens,
  runningJobs,
  queuedJobs,
}: Person): string[] {
  return [
    ...(isDisabled ? [ROLE_LABELS[role].label] : []),
    source === "password" ? "Password" : "Single sign-on",
    // With single sign-on, the second factor is that of the provider.
    ...(source === "password" && secondFactors.length === 0 ? ["no second factor"] : []),
    ...(secondFactors.length > 0 ? [secondFactors.map((factor) => FACTOR_LABELS[factor]).join(" and ")] : []),
    plural(sessions, "session", "sessions"),
    ...(tokens > 0 ? [plural(tokens, "API token", "API tokens")] : []),
    ...(runningJobs > 0 ? [`${plural(runningJobs, "job", "jobs")} running`] : []),
    ...(queuedJobs > 0 ? [`${plural(queuedJobs, "job", "jobs")} queued`] : []),
  ];
}

function SignOutEveryone() {
  const router = useRouter();
  const { connection } = useOverview();
  const [isOpen, setIsOpen] = useState(false);
  const request = useAction(async (_, onSlow) => {
    await call("DELETE /api/admin/sessions", { onSlow });
    setIsOpen(false);
    router.refresh();
  });
  return (
    <>
      <Button tone="destructive" disabled={!isCurrent(connection)} onClick={() => setIsOpen(true)}>
        Sign out everyone…
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        title="Sign out everyone?"
        action="Sign out everyone"
        isDestructive
        isEnabled={!request.isRunning}
        onClose={() => setIsOpen(false)}
        onConfirm={() => request.run()}
      >
        <p>All sessions except yours end at once. Running deployments continue, and API tokens stay valid.</p>
        {request.problem !== undefined && <ProblemNotice problem={request.problem} />}
      </ConfirmDialog>
    </>
  );
}
