"use client";
// How a reader wants to see logs. Wrapping and timestamps are kept in the browser; full screen lasts as long as the page.
import { useEffect, useState } from "react";
import { useLocalStorage } from "../../ui/use-local-storage.ts";

export type LogSettings = {
  isWrapped: boolean;
  setWrapped: (on: boolean) => void;
  hasTimes: boolean;
  setTimes: (on: boolean) => void;
  isFullScreen: boolean;
  setFullScreen: (on: boolean) => void;
};

export function useLogSettings(): LogSettings {
  const [isWrapped, setWrapped] = useStoredSwitch("spiderpig.log.wrap");
  const [hasTimes, setTimes] = useStoredSwitch("spiderpig.log.times");
  const [isFullScreen, setFullScreen] = useState(false);
  useEffect(() => {
    if (!isFullScreen) return;
    const onKey = (event: KeyboardEvent) => {
      // Menus, dialogs and the search use Escape themselves.
      if (event.key === "Escape" && !event.defaultPrevented) setFullScreen(false);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [isFullScreen]);
  return { isWrapped, setWrapped, hasTimes, setTimes, isFullScreen, setFullScreen };
}

function useStoredSwitch(key: string): [boolean, (on: boolean) => void] {
  const [stored, store] = useLocalStorage(key);
  return [stored === "yes", (on) => store(on ? "yes" : "no")];
}
