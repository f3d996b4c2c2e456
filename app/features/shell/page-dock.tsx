"use client";
import { useOverview } from "../../client/use-overview.tsx";
import { Dock } from "../../ui/dock.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";

/** The notices of a page that has none of its own, at the bottom of the window, where they move nothing. */
export function PageDock() {
  const { connection } = useOverview();
  return (
    <Dock>
      <ConnectionBanner connection={connection} />
    </Dock>
  );
}
