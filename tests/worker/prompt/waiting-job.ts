// Helpers of the reducer tests: a job that waits at a question, and its effects so far.
import type { Prompt } from "../../../worker/prompt/decide.ts";
import { questionOf } from "../../../worker/prompt/protocol-messages.ts";
import { type Drive, drive } from "./drive.ts";

export const SYNC = "Changes synced to the testservers (see https://x)\r\nContinue with sync? [y/N]: ";
export const ANNOUNCED = questionOf({
  type: "interaction",
  subtype: "choices",
  prompt: "Continue with deployment?",
  choices: [
    ["Yes, continue", "y"],
    ["No, roll back", "n"],
  ],
  default: "n",
});

export function kinds(job: Drive): string[] {
  return job.seen.map((effect) => {
    if (effect.kind === "withdraw") return `withdraw ${effect.why}`;
    return effect.kind === "settle" ? effect.delivery : effect.kind;
  });
}

export function prompts(job: Drive): Prompt[] {
  return job.seen.flatMap((effect) => (effect.kind === "open" ? [effect.prompt] : []));
}

export async function announce(job: Drive): Promise<void> {
  await job.send({ kind: "protocolMessage", position: job.state.seen, question: ANNOUNCED, at: job.now() });
}

/** A job that waits at the testserver question, read 1. */
export async function waiting(): Promise<Drive> {
  const job = drive();
  await job.output(SYNC);
  await job.reading({ readId: 1 });
  return job;
}

const HARMLESS = questionOf({ type: "interaction", subtype: "input_line", prompt: "Your name" });

/** Another process announces a harmless question. */
export async function forge(job: Drive): Promise<void> {
  await job.send({ kind: "protocolMessage", position: job.state.seen, question: HARMLESS, at: job.now() });
}
