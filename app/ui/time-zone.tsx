"use client";
// The time zone in which times are shown: UTC, as in server logs, or the local time of the browser. The choice is stored in a
// cookie, so that the server renders the same text as the browser and no text changes its width after the page has loaded.
import { createContext, useContext, useSyncExternalStore, type ReactNode } from "react";
import { LOCAL_TIME_ZONE_COOKIE, UTC } from "../client/time-zone-cookie.ts";
import { useLocalStorage } from "./use-local-storage.ts";

/** The same choice for the other tabs, which do not notice a changed cookie. */
const STORAGE_KEY = "spiderpig.time-zone";
const COOKIE_SECONDS = 365 * 24 * 3600;

const RenderedZone = createContext(UTC);

/** @param rendered the zone of the cookie. */
export function TimeZoneProvider({ rendered, children }: { rendered: string; children: ReactNode }) {
  return <RenderedZone value={rendered}>{children}</RenderedZone>;
}

/** The zone in which times are shown. */
export function useTimeZone(): string {
  const rendered = useContext(RenderedZone);
  const [stored] = useLocalStorage(STORAGE_KEY);
  const local = useLocalTimeZone();
  if (stored === null) return rendered;
  return stored === "local" ? local : UTC;
}

export function useTimeZoneChoice(): { isLocal: boolean; setLocal: (isLocal: boolean) => void } {
  const zone = useTimeZone();
  const [, store] = useLocalStorage(STORAGE_KEY);
  const local = useLocalTimeZone();
  return {
    isLocal: zone !== UTC,
    setLocal: (isLocal) => {
      const maxAge = isLocal ? COOKIE_SECONDS : 0;
      document.cookie = `${LOCAL_TIME_ZONE_COOKIE}=${encodeURIComponent(local)}; path=/; max-age=${maxAge}; samesite=lax`;
      store(isLocal ? "local" : "utc");
    },
  };
}

/** The zone of the browser; UTC during server rendering and hydration. */
export function useLocalTimeZone(): string {
  return useSyncExternalStore(
    () => () => undefined,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => UTC,
  );
}
