/** The output of our commands: a line for each step, with its duration. On a terminal the line is there while it runs. */
export type Step = { done(detail: string): void; failed(): void };

export function beginStep(name: string, detail = ""): Step {
  const startedAt = performance.now();
  const isTerminal = process.stdout.isTTY === true;
  if (isTerminal) process.stdout.write(stepLine(name, `${detail} …`.trimStart()));
  const end = (text: string): void => {
    if (isTerminal) process.stdout.write("\r\u001B[K");
    say(stepLine(name, text, `${((performance.now() - startedAt) / 1000).toFixed(1)} s`));
  };
  return { done: end, failed: () => end("FAILED") };
}

/** Runs the work as a step. `work` resolves with what to show beside the name. */
export async function step(name: string, detail: string, work: () => Promise<string>): Promise<void> {
  const shown = beginStep(name, detail);
  try {
    shown.done(await work());
  } catch (cause) {
    shown.failed();
    throw cause;
  }
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function stepLine(name: string, detail: string, time = ""): string {
  return `  ${name.padEnd(13)} ${detail.padEnd(44)}${time.padStart(10)}`;
}
