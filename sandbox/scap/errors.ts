// Exceptions that end a scap command early. run.ts decides what is printed for each, and the exit code.

/** Ends the command with a plain sentence on standard output. */
export class PlainExit extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "SystemExit";
    this.exitCode = exitCode;
  }
}

/** Ends the command with this exit code. The reason has been printed already. */
export class QuietExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.name = "QuietExit";
    this.exitCode = exitCode;
  }
}

/** SIGINT. sync-world catches it while it deploys to a stage, and asks; elsewhere the command exits with 130. */
export class KeyboardInterrupt extends Error {
  constructor() {
    super("");
    this.name = "KeyboardInterrupt";
  }
}

/** Ctrl-D or a closed terminal instead of an answer. */
export class EndOfInput extends Error {
  constructor() {
    super("");
    this.name = "EOFError";
  }
}

/** An expected error, such as a failed command, which is reported in one line with its Python name. */
export class Failure extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
