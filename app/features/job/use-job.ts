"use client";
// One job, live: the state the server rendered, brought up to date by its event stream.
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
  /** What the program shows while it waits for keys. */
  screen: TerminalScreen | null;
  connection: ConnectionStatus;
  /** For what the answer to our own request says before the stream does. */
  showInteraction: (interaction: Interaction) => void;
};

/** @param firstLog any page of the log, usually its end; the rest is fetched when it is looked at. */
export function useJob(rendered: Job, firstLog: LogPage): LiveJob {
  const [job, dispatch] = useReducer(reduceJob, rendered);
  const [screen, setScreen] = useState<TerminalScreen | null>(null);
  const [log] = useState(() =>
    createLogStore(firstLog, (from, limit) => fetchPage(rendered.id, from, limit)),
  );
  // Nothing more can come for a job that had ended, with all its output, when the page was made. Of a lost one it can:
  // its host may come back and tell that scap still runs.
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
        case "end":
          setScreen(null);
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
    connection: isOver ? { phase: "ended" } : connection,
    showInteraction: (interaction) => dispatch({ event: "interaction", data: interaction }),
  };
}

function fetchPage(jobId: number, fromLine: number, limit: number): Promise<LogPage> {
  return call(logEndpoints.readLog, { params: { id: jobId }, query: { fromLine, limit } });
}
