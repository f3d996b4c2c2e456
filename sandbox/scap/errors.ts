// The ways in which a scap program ends before its time. Each is an exception because each may come out of
// any depth; only main.ts decides what is printed for them and with which code the process exits.

/** Ends the program with a sentence on standard output, without time or colour. */
export class PlainExit extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = "SystemExit";
    this.exitCode = exitCode;
  }
}

/** Ends the program with the given code; whoever throws it has already said why. */
export class QuietExit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.name = "QuietExit";
    this.exitCode = exitCode;
  }
}

/** SIGINT arrived. Sync-world catches it during a deployment and asks; everywhere else it ends with 130. */
export class KeyboardInterrupt extends Error {
  constructor() {
    super("");
    this.name = "KeyboardInterrupt";
  }
}

/** The terminal was closed, or Ctrl-D typed, where an answer was expected. */
export class EndOfInput extends Error {
  constructor() {
    super("");
    this.name = "EOFError";
  }
}

/** A failure of the world that is reported in one line by its name, such as a command that failed. */
export class Failure extends Error {
  constructor(name: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
