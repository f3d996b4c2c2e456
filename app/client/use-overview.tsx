"use client";
// The live overview of all jobs, for the header and the home page. Hidden tabs need it too, for titles and notifications.
import { createContext, useContext, useReducer, type ReactNode } from "react";
import type { OverviewEvent } from "#lib/contract/events.ts";
import type { Interaction } from "#lib/contract/interaction.ts";
import { isOutdated, reduceOverview, withAnsweredInteraction, type OverviewState } from "./overview-state.ts";
import { useEventStream, type ConnectionStatus } from "./use-event-stream.ts";

export type LiveOverview = {
  overview: OverviewState;
  connection: ConnectionStatus;
  /** The server was updated since it rendered the page. */
  isOutdated: boolean;
  showInteraction: (interaction: Interaction) => void;
};

const OverviewContext = createContext<LiveOverview | undefined>(undefined);

type Change = OverviewEvent | { event: "answered"; data: Interaction };

function reduce(state: OverviewState, change: Change): OverviewState {
  return change.event === "answered"
    ? withAnsweredInteraction(state, change.data)
    : reduceOverview(state, change);
}

/** Sorted as the stream will sort it, so that the layout does not shift when its first event arrives. */
function sorted(rendered: OverviewState): OverviewState {
  return reduceOverview(rendered, { event: "overview", data: rendered });
}

export function OverviewProvider({ rendered, children }: { rendered: OverviewState; children: ReactNode }) {
  const [overview, dispatch] = useReducer(reduce, rendered, sorted);
  const connection = useEventStream<OverviewEvent>({ jobId: null, onEvent: dispatch });
  const live = {
    overview,
    connection,
    isOutdated: isOutdated(rendered, overview),
    showInteraction: (interaction: Interaction) => dispatch({ event: "answered", data: interaction }),
  };
  return <OverviewContext value={live}>{children}</OverviewContext>;
}

export function useOverview(): LiveOverview {
  const live = useContext(OverviewContext);
  if (live === undefined) throw new Error("useOverview outside of OverviewProvider");
  return live;
}
