"use client";
import { useState, type FormEvent, type ReactNode } from "react";
import { cdxIconClock, cdxIconDownload, cdxIconNewline } from "@wikimedia/codex-icons";
import { plural } from "../../text/format.ts";
import { Button, buttonClass } from "../../ui/button.tsx";
import { Icon } from "../../ui/codex-icon.tsx";
import { logEndpoints } from "#lib/contract/log.ts";
import { urlOf } from "#lib/contract/path.ts";
import styles from "./log-toolbar.module.css";

type LogToolbarProps = {
  jobId: number;
  totalLines: number;
  isLive: boolean;
  hasFailed: boolean;
  isRemoved: boolean;
  isWrapped: boolean;
  hasTimes: boolean;
  /** The search field. */
  find: ReactNode;
  /** The button that shows hidden lines, if there are any. */
  hiddenLines: ReactNode;
  onWrap: (on: boolean) => void;
  onTimes: (on: boolean) => void;
  onLine: (n: number) => void;
};

export function LogToolbar(props: LogToolbarProps) {
  const {
    jobId,
    totalLines,
    isLive,
    hasFailed,
    isRemoved,
    isWrapped,
    hasTimes,
    find,
    hiddenLines,
    onWrap,
    onTimes,
    onLine,
  } = props;
  return (
    <div className={styles.toolbar}>
      <h2 className={styles.title}>Log</h2>
      <span className={styles.count}>
        {plural(totalLines, "line", "lines")}
        {isLive && " so far"}
        {isRemoved && " · removed by the retention policy"}
        {hasFailed && " · some lines could not be loaded, retrying"}
      </span>
      {hiddenLines !== null && <span className={styles.hidden}>{hiddenLines}</span>}
      {find}
      <GoToLine totalLines={totalLines} onLine={onLine} />
      <Button
        weight="quiet"
        icon={cdxIconNewline}
        aria-pressed={isWrapped}
        onClick={() => onWrap(!isWrapped)}
      >
        Wrap
      </Button>
      <Button weight="quiet" icon={cdxIconClock} aria-pressed={hasTimes} onClick={() => onTimes(!hasTimes)}>
        Timestamps
      </Button>
      <a
        className={buttonClass({ weight: "quiet" })}
        href={urlOf(logEndpoints.downloadLog, { params: { id: jobId } })}
        download={`job-${jobId}.txt`}
      >
        <Icon icon={cdxIconDownload} />
        Download
      </a>
    </div>
  );
}

/** Marks a line by its number: the keyboard equivalent of a click on the line number. */
function GoToLine({ totalLines, onLine }: { totalLines: number; onLine: (n: number) => void }) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const n = Math.min(Number(text.replace(/\D/g, "")), totalLines);
    if (n >= 1) onLine(n);
  };
  return (
    <form className={styles.goto} onSubmit={submit}>
      <input
        className={styles.input}
        aria-label="Go to line"
        placeholder="Line"
        inputMode="numeric"
        size={6}
        maxLength={9}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}
