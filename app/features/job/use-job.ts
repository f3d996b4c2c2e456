"use client";
// One live job: the state rendered by the server, updated by the event stream.
import { useReducer, useState } from "react";
import { isTerminal } from "#lib/domain/job.ts";
import type { JobEvent } from "#lib/contract/events.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import type { Job } from "#lib/contract/job.ts";
import type { TerminalScreen } from "#lib/contract/log.ts";
import { reduceJob } from "./job-state.ts";
import type { LogStore } from "../log/log-store.ts";
import { useEventStream, type ConnectionStatus } from "../../client/use-event-stream.ts";

export type LiveJob = {
  job: Job;
  /** The screen of an interactive program while it is waiting for keys. */
  screen: TerminalScreen | null;
  connection: ConnectionStatus;
  /** The names of the people who have this page open, including the user. */
  viewers: readonly string[];
  /** Applies the response to our own request, which may arrive before the event of the stream. */
  showInteraction: (interaction: Interaction) => void;
};

/** @param log undefined while it is loading. Events are received from then on, because they continue the log. */
export function useJob(rendered: Job, log: LogStore | undefined): LiveJob {
  const [job, dispatch] = useReducer(reduceJob, rendered);
  const [screen, setScreen] = useState<TerminalScreen | null>(null);
  const [viewers, setViewers] = useState<readonly string[]>([]);
  // A job that had ended with complete output when the page was rendered has no more events. Exception: the host of a lost
  // job may recover and report that scap is still running.
  const isComplete = log?.snapshot().complete === true;
  const isOver = isTerminal(rendered.state) && rendered.state !== "lost" && isComplete;

  const connection = useEventStream<JobEvent>({
    jobId: isOver || log === undefined ? undefined : rendered.id,
    cursor: () => ({ eventSeq: 0, line: log?.snapshot().settledLines ?? 0 }),
    onEvent: (event) => {
      switch (event.event) {
        case "output":
          return log?.apply(event.data);
        case "screen":
          return setScreen(event.data.screen);
        case "viewers":
          return setViewers(event.data.names);
        case "end":
          setScreen(null);
          setViewers([]);
          return log?.finish();
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
    screen,
    viewers,
    connection: isOver ? { phase: "ended" } : connection,
    showInteraction: (interaction) => dispatch({ event: "interaction", data: interaction }),
  };
}
