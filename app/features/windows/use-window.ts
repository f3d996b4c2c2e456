"use client";
// One live window: the state rendered by the server, updated by the event stream.
import { useReducer, useState } from "react";
import type { WindowEvent } from "#lib/contract/events.ts";
import type { DeploymentWindow } from "#lib/contract/window.ts";
import type { ApiProblem } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { type ConnectionStatus, isCurrent, useEventStream } from "../../client/use-event-stream.ts";
import { type BoardChange, type BoardState, openBoard, reduceBoard } from "./board-state.ts";

/** One request of the board at a time. Its problem is shown in the dock of the page, where it moves nothing. */
export type BoardActions = {
  isEnabled: boolean;
  run: (request: (onSlow: () => void) => Promise<unknown>) => void;
};

export type LiveWindow = {
  board: BoardState;
  change: (change: BoardChange) => void;
  /** The names of the people who have this page open, including the user. */
  viewers: readonly string[];
  connection: ConnectionStatus;
  actions: BoardActions;
  /** Of the latest request. */
  problem: ApiProblem | undefined;
};

export function useWindow(rendered: DeploymentWindow): LiveWindow {
  const [board, change] = useReducer(reduceBoard, rendered, openBoard);
  const [viewers, setViewers] = useState<readonly string[]>([]);
  const connection = useEventStream<WindowEvent>({
    jobId: null,
    windowId: rendered.id,
    onEvent: (event) => {
      if (event.event === "viewers") setViewers(event.data.names);
      else change({ kind: "received", window: event.data });
    },
  });
  const action = useAction<Parameters<BoardActions["run"]>[0]>(async (request, onSlow) => {
    await request(onSlow);
  });
  const actions = { isEnabled: isCurrent(connection) && !action.isRunning, run: action.run };
  return { board, change, viewers, connection, actions, problem: action.problem };
}
