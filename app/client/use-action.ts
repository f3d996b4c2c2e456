"use client";
// A request that a button makes: one at a time, with what came of it.
import { useState } from "react";
import { problemOf, type ApiProblem, SLOW_PROBLEM } from "./api.ts";

export type Action<Argument = void> = {
  isRunning: boolean;
  /** Why it failed; or, while it is still running, that there is no reply yet. */
  problem: ApiProblem | undefined;
  /** Does nothing while it runs already. */
  run: (argument: Argument) => void;
  reset: () => void;
};

/** @param request passes `onSlow` to `call`. */
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
