/** The output of our commands: a line for each step, with its duration. On a terminal the line is there while it runs. */
export type Step = {
  /** @param tookMs if it did not start when it was shown. */
  done(detail: string, tookMs?: number): void;
  failed(detail: string, tookMs?: number): void;
};

export function beginStep(name: string, detail = ""): Step {
  const startedAt = performance.now();
  const isTerminal = process.stdout.isTTY === true;
  if (isTerminal) process.stdout.write(line(name, `${detail} …`.trimStart()));
  const end = (text: string, tookMs = performance.now() - startedAt): void => {
    if (isTerminal) process.stdout.write("\r\u001B[K");
    say(`${line(name, text)}${`${(tookMs / 1000).toFixed(1)} s`.padStart(10)}`);
  };
  return { done: end, failed: (text, tookMs) => end(`FAILED ${text}`.trim(), tookMs) };
}

/** Runs the work as a step. `work` resolves with what to show beside the name. */
export async function step(name: string, detail: string, work: () => Promise<string>): Promise<void> {
  const shown = beginStep(name, detail);
  try {
    shown.done(await work());
  } catch (cause) {
    shown.failed("");
    throw cause;
  }
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function line(name: string, detail: string): string {
  return `  ${name.padEnd(13)} ${detail.padEnd(44)}`;
}
