"use client";
// The recording of the terminal, played at the terminal's own size. This file and the player are loaded when it is opened.
import { useEffect, useRef, useState } from "react";
import "asciinema-player/dist/bundle/asciinema-player.css";
import { urlOf } from "#lib/contract/path.ts";
import type { Job } from "#lib/contract/job.ts";
import { Notice } from "../../ui/notice.tsx";
import { WideDialog } from "../../ui/wide-dialog.tsx";
import styles from "./recording.module.css";

/** The player keeps the whole recording in memory. */
const PLAYED_LINES_MAX = 100_000;
/** A wait for an answer is shortened to this. */
const IDLE_SECONDS_MAX = 3;

type RecordingProps = {
  job: Job;
  totalLines: number;
  /** The time at which it starts. */
  from: string;
  onClose: () => void;
};

export default function Recording({ job, totalLines, from, onClose }: RecordingProps) {
  const start = job.startedAt ?? job.createdAt;
  const startSeconds = Math.max(0, (Date.parse(from) - Date.parse(start)) / 1000);
  return (
    <WideDialog title={`Recording of job ${job.id}`} onClose={onClose}>
      {totalLines > PLAYED_LINES_MAX ? (
        <Notice tone="notice">
          This recording is too long to play here. Download it and play it with asciinema.
        </Notice>
      ) : (
        <Player
          url={urlOf("GET /api/jobs/{id}/transcript.cast", { params: { id: job.id } })}
          startAt={startSeconds}
        />
      )}
    </WideDialog>
  );
}

function Player({ url, startAt }: { url: string; startAt: number }) {
  const frame = useRef<HTMLDivElement>(null);
  const [hasFailed, setHasFailed] = useState(false);
  useEffect(() => {
    let isClosed = false;
    let dispose = () => undefined as void;
    const open = async () => {
      const { create } = await import("asciinema-player");
      if (isClosed || frame.current === null) return;
      const player = create(url, frame.current, {
        startAt,
        autoPlay: true,
        idleTimeLimit: IDLE_SECONDS_MAX,
        fit: "both",
        theme: "auto/asciinema",
        controls: true,
      });
      dispose = () => player.dispose();
    };
    open().catch(() => setHasFailed(true));
    return () => {
      isClosed = true;
      dispose();
    };
  }, [url, startAt]);
  return (
    <>
      {hasFailed && (
        <Notice tone="error">The player could not be loaded. Reload the page and try again.</Notice>
      )}
      <div ref={frame} className={styles.player} />
    </>
  );
}
