"use client";
// The request of a button: one at a time, with its progress and its problem.
import { useState } from "react";
import { problemOf, type ApiProblem, SLOW_PROBLEM } from "./api.ts";

export type Action<Argument = void> = {
  isRunning: boolean;
  /** Why it failed; or, while it is running, that there is no response yet. */
  problem: ApiProblem | undefined;
  /** Does nothing while a request is running. */

  run: (argument: Argument) => void;
  /** Clears the problem. */
  reset: () => void;
};

/** @param request must pass `onSlow` to `call`. */
export function useAction<Argument = void>(
  request: (argument: Argument, onSlow: () => void) => Promise<void>,
): Action<Argument> {
  const [isRunning, setIsRunning] = useState(false);
  const [problem, setProblem] = useState<ApiProblem>();

  const start = async (argument: Argument) => {
    setIsRunning(true);
    setProblem(undefined);
    try {
      await request(argument, () => setProblem(SLOW_PROBLEM));
      setProblem(undefined);
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setIsRunning(false);
    }
  };

  return {
    isRunning,
    problem,
    run: (argument) => {
      if (!isRunning) void start(argument);
    },
    reset: () => setProblem(undefined),
  };
}
