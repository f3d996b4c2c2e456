"use client";
// One live job: the state rendered by the server, updated by the event stream.
import { useReducer, useState } from "react";
import { isTerminal } from "#lib/domain/job.ts";
import { jobEvents } from "#lib/contract/events.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import { logEndpoints, type LogPage, type TerminalScreen } from "#lib/contract/log.ts";
import { call } from "../../client/api.ts";
import { reduceJob } from "./job-state.ts";
import { createLogStore, type LogStore } from "../log/log-store.ts";
import { useEventStream, type ConnectionStatus } from "../../client/use-event-stream.ts";

export type LiveJob = {
  job: Job;
  log: LogStore;
  /** The screen of an interactive program while it is waiting for keys. */
  screen: TerminalScreen | null;
  connection: ConnectionStatus;
  /** The names of the people who have this page open, including the user. */
  viewers: readonly string[];
  /** Applies the response to our own request, which may arrive before the event of the stream. */
  showInteraction: (interaction: Interaction) => void;
};

/** @param firstLog any page of the log, usually its end; the rest is fetched when it is scrolled into view. */
export function useJob(rendered: Job, firstLog: LogPage): LiveJob {
  const [job, dispatch] = useReducer(reduceJob, rendered);
  const [screen, setScreen] = useState<TerminalScreen | null>(null);
  const [viewers, setViewers] = useState<readonly string[]>([]);
  const [log] = useState(() =>
    createLogStore(firstLog, (from, limit) => fetchPage(rendered.id, from, limit)),
  );
  // A job that had ended with complete output when the page was rendered has no more events. Exception: the host of a lost
  // job may recover and report that scap is still running.
  const isOver = isTerminal(rendered.state) && rendered.state !== "lost" && firstLog.complete;

  const connection = useEventStream({
    jobId: isOver ? undefined : rendered.id,
    cursor: () => ({ eventSeq: 0, line: log.snapshot().settledLines }),
    schemas: jobEvents,
    onEvent: (event) => {
      switch (event.event) {
        case "output":
          return log.apply(event.data);
        case "screen":
          return setScreen(event.data.screen);
        case "viewers":
          return setViewers(event.data.names);
        case "end":
          setScreen(null);
          setViewers([]);
          return log.finish();
        case "job":
        case "interaction":
        case "phase":
        case "progress":
          return dispatch(event);
      }
    },
  });

  return {
    job,
    log,
    screen,
    viewers,
    connection: isOver ? { phase: "ended" } : connection,
    showInteraction: (interaction) => dispatch({ event: "interaction", data: interaction }),
  };
}

function fetchPage(jobId: number, fromLine: number, limit: number): Promise<LogPage> {
  return call(logEndpoints.readLog, { params: { id: jobId }, query: { fromLine, limit } });
}
