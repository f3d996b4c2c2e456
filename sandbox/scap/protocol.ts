// The protocol that replaces terminal questions when SPIDERPIG_IO_KEY is set: one JSON object per line on standard output.
// Each contains the key, so that no other output can imitate a message.
import type { Output } from "./output.ts";

type ProgressRecord = {
  name: string;
  totalTasks: number;
  tasksInFlight: number | null;
  tasksFinishedOk: number;
  tasksFinishedFailed: number;
  tasksFinishedTotal: number;
  tasksPercentComplete: number;
  tasksRemaining: number;
  progressFinished: boolean;
};

export type Protocol = {
  choices(prompt: string, choices: Record<string, string>, defaultKey: string | undefined): void;
  inputLine(prompt: string): void;
  line(line: string, sensitive: boolean): void;
  status(status: string | null): void;
  progress(progress: ProgressRecord): void;
};

export function openProtocol(ioKey: string, out: Output): Protocol {
  const send = (type: string, content: object): void => {
    out.stdout(`${JSON.stringify({ iokey: ioKey, type, ...content })}\n`);
  };
  return {
    choices: (prompt, choices, defaultKey) =>
      send("interaction", { subtype: "choices", prompt, choices, default: defaultKey ?? null }),
    inputLine: (prompt) => send("interaction", { subtype: "input_line", prompt, choices: {}, default: null }),
    line: (line, sensitive) => send("line", { line, sensitive }),
    status: (status) => send("status", { status }),
    progress: (progress) => send("progress", { progress }),
  };
}
