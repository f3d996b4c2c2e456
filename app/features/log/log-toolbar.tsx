"use client";
import { useState, type ReactNode } from "react";
import {
  cdxIconArrowDown,
  cdxIconClock,
  cdxIconExitFullscreen,
  cdxIconFullscreen,
  cdxIconNewline,
} from "@wikimedia/codex-icons";
import { plural } from "../../text/format.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import type { LogSnapshot } from "./log-store.ts";
import type { LogSettings } from "./use-log-settings.ts";
import styles from "./log-toolbar.module.css";

type LogToolbarProps = {
  snapshot: LogSnapshot;
  settings: LogSettings;
  isLive: boolean;
  isFollowing: boolean;
  onFollow: (isFollowing: boolean) => void;
  /** The result of the last action, for example "Copied". */
  message: string;
  find: ReactNode;
  goTo: ReactNode;
  menu: ReactNode;
};

export function LogToolbar(props: LogToolbarProps) {
  const { snapshot, settings, isLive, isFollowing, onFollow, message, find, goTo, menu } = props;
  const { isWrapped, hasTimes, isFullScreen } = settings;
  // It stays when the job ends, so that the controls beside it do not move.
  const [hasFollow] = useState(isLive);
  return (
    <div className={styles.toolbar}>
      <h2 className={styles.title}>Log</h2>
      <output className={styles.count}>
        {message !== "" ? message : snapshot.totalLines > 0 && plural(snapshot.totalLines, "line", "lines")}
        {snapshot.removed && " · removed by the retention policy"}
        {snapshot.failed && " · some lines could not be loaded, retrying"}
      </output>
      {find}
      {goTo}
      {hasFollow && (
        <Button
          weight="quiet"
          icon={cdxIconArrowDown}
          aria-pressed={isLive && isFollowing}
          disabled={!isLive}
          onClick={() => onFollow(!isFollowing)}
        >
          <span className="visually-hidden-on-phone">Follow</span>
        </Button>
      )}
      <Button
        weight="quiet"
        icon={cdxIconNewline}
        aria-pressed={isWrapped}
        onClick={() => settings.setWrapped(!isWrapped)}
      >
        <span className="visually-hidden-on-phone">Wrap</span>
      </Button>
      <Button
        weight="quiet"
        icon={cdxIconClock}
        aria-pressed={hasTimes}
        onClick={() => settings.setTimes(!hasTimes)}
      >
        <span className="visually-hidden-on-phone">Timestamps</span>
      </Button>
      <IconButton
        label={isFullScreen ? "Exit full screen" : "Full screen"}
        icon={isFullScreen ? cdxIconExitFullscreen : cdxIconFullscreen}
        onClick={() => settings.setFullScreen(!isFullScreen)}
      />
      {menu}
    </div>
  );
}
