"use client";
// All jobs, live: one stream for the header and the home page.
//
// Browsers open at most six connections to a plain HTTP/1.1 server, for all tabs together. So a tab that nobody
// looks at gives this stream up, unless it must still call people (the home page, or jobs that are watched and have not ended);
// looking at it again opens it, and the first event replaces everything.
import { createContext, useContext, useReducer, type ReactNode } from "react";
import { usePathname } from "next/navigation";
import { isTerminal } from "#lib/domain/job.ts";
import { overviewEvents, type Interaction } from "#lib/wire/schemas.ts";
import {
  reduceOverview,
  withAnsweredInteraction,
  type OverviewEvent,
  type OverviewState,
} from "../lib/overview-state.ts";
import { useEventStream, type ConnectionStatus } from "./use-event-stream.ts";
import { useIsVisible } from "./use-is-visible.ts";
import { useWatchedJobs } from "./use-watched-jobs.ts";

export type LiveOverview = {
  overview: OverviewState;
  connection: ConnectionStatus;
  showInteraction: (interaction: Interaction) => void;
};

const OverviewContext = createContext<LiveOverview | undefined>(undefined);

type Change = OverviewEvent | { event: "answered"; data: Interaction };

function reduce(state: OverviewState, change: Change): OverviewState {
  return change.event === "answered"
    ? withAnsweredInteraction(state, change.data)
    : reduceOverview(state, change);
}

/** As the stream will order it: nothing on the page changes places when that arrives. */
function inOrder(rendered: OverviewState): OverviewState {
  return reduceOverview(rendered, { event: "overview", data: rendered });
}

export function OverviewProvider({ rendered, children }: { rendered: OverviewState; children: ReactNode }) {
  const [overview, dispatch] = useReducer(reduce, rendered, inOrder);
  const isVisible = useIsVisible();
  const isHome = usePathname() === "/";
  const { watched } = useWatchedJobs();
  const mayCall = overview.jobs.some((job) => !isTerminal(job.state) && watched.includes(job.id));
  const connection = useEventStream({
    url: isVisible || isHome || mayCall ? "/api/events" : undefined,
    schemas: overviewEvents,
    onEvent: (event) => {
      dispatch(event);
      return undefined;
    },
  });
  const live = {
    overview,
    connection,
    showInteraction: (interaction: Interaction) => dispatch({ event: "answered", data: interaction }),
  };
  return <OverviewContext value={live}>{children}</OverviewContext>;
}

export function useOverview(): LiveOverview {
  const live = useContext(OverviewContext);
  if (live === undefined) throw new Error("useOverview outside of OverviewProvider");
  return live;
}
