// The layout of all pages for signed-in users: session, overview and header. The pages themselves redirect to the sign-in
// page, because only they know the path to return to.
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { config } from "#lib/config.ts";
import { mayOverride, permittedActions } from "#lib/domain/permission.ts";
import { currentUser } from "#lib/auth/authorise.ts";
import { services } from "#lib/web/services.ts";
import { loadErrorSummary } from "#lib/web/error-loaders.ts";
import { readHealth } from "#lib/web/health.ts";
import { loadNotifications, loadOperations, loadOverview, loadTime } from "#lib/web/loaders.ts";
import { NotificationsProvider } from "../features/notifications/use-notifications.tsx";
import { Header } from "../features/shell/header.tsx";
import { ClockProvider } from "../client/use-now.tsx";
import { OverviewProvider } from "../client/use-overview.tsx";
import { SessionProvider } from "../client/use-session.tsx";
import { SkipLink } from "../ui/skip-link.tsx";
import { TimeZoneProvider } from "../ui/time-zone.tsx";
import { LOCAL_TIME_ZONE_COOKIE, timeZoneOf } from "../client/time-zone-cookie.ts";

export default async function MainLayout({ children }: { children: ReactNode }) {
  const user = await currentUser();
  if (user === undefined) return children;
  const timeZone = timeZoneOf((await cookies()).get(LOCAL_TIME_ZONE_COOKIE)?.value);
  const [overview, errors, notifications, health, time] = await Promise.all([
    loadOverview(user),
    loadErrorSummary(user),
    loadNotifications(user),
    readHealth(),
    loadTime(),
  ]);
  const { policy } = services();
  const session = {
    user: { name: user.name, role: user.role },
    permissions: permittedActions(user),
    sandbox: config().sandboxDir !== undefined,
    taskUrl: config().taskUrl ?? null,
    hasTrain: overview.train !== null,
    policy,
    errors: config().errors === undefined ? null : { dashboardUrl: config().errors?.dashboardUrl ?? null },
    canOverridePolicy: mayOverride(policy, user),
    operations: loadOperations(user).operations.map(({ kind, name, isPermitted }) => ({
      kind,
      name,
      isPermitted,
    })),
  };
  return (
    <ClockProvider renderedAtMs={time.getTime()}>
      <TimeZoneProvider rendered={timeZone}>
        <SessionProvider session={session}>
          <OverviewProvider rendered={{ ...overview, health, errors }}>
            <NotificationsProvider rendered={notifications}>
              <SkipLink />
              <Header />
              {children}
            </NotificationsProvider>
          </OverviewProvider>
        </SessionProvider>
      </TimeZoneProvider>
    </ClockProvider>
  );
}
