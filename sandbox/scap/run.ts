// Runs one scap command and determines what is printed at its end, and the exit code.
import { EndOfInput, errorText, KeyboardInterrupt, PlainExit, QuietExit } from "./errors.ts";
import { watchInterrupts } from "./interrupts.ts";
import { openOutput, reset, type Output } from "./output.ts";
import { openAsk } from "./prompts.ts";
import { openProtocol } from "./protocol.ts";
import { openRecording, type Recording } from "./recording.ts";
import { duration, type Session } from "./session.ts";
import { readSettings, type Settings } from "./settings.ts";

/** @param args the arguments after the name. @returns the exit code */
type Command = (session: Session, args: readonly string[]) => Promise<number>;

/** `-Dkey:value` */
const SETTING = /^-D\w+:/;

const commands: Record<string, () => Promise<Command>> = {
  backport: async () => (await import("./backport/backport.ts")).backport,
  "deploy-promote": async () => (await import("./train/deploy-promote.ts")).deployPromote,
  lock: async () => (await import("./lock-command.ts")).lock,
  prep: async () => (await import("./prep.ts")).prep,
  "sync-world": async () => (await import("./sync/sync-world.ts")).syncWorld,
  "sync-wikiversions": async () => (await import("./sync/sync-world.ts")).syncWikiversions,
  version: async () => async (session) => {
    session.out.stdout(`${session.settings.dialect.version}\n`);
    return 0;
  },
};

export async function runScap(args: readonly string[]): Promise<number> {
  const startedAt = Date.now();
  // Settings for this run come before the subcommand. None of them changes anything here.
  const [name = "", ...rest] = args.slice(args.findIndex((argument) => !SETTING.test(argument)));

  let settings: Settings;
  try {
    settings = readSettings();
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    return 1;
  }
  const recording = openRecording(settings.recordDirectory);
  const out = openOutput({ forceColor: settings.forceColor, recording });
  recordStart(recording, settings, args);

  const interrupts = watchInterrupts();
  const protocol = settings.ioKey === undefined ? undefined : openProtocol(settings.ioKey, out);
  const ask = openAsk({ dialect: settings.dialect, out, interrupts, recording, protocol });
  const session = {
    command: name,
    settings,
    out,
    ask,
    interrupts,
    recording,
    protocol,
    startedAt,
  };

  const exitCode = await runCommand(session, rest);
  endOutput(out, exitCode);
  recording.note({ event: "end", exitCode });
  return exitCode;
}

async function runCommand(session: Session, args: readonly string[]): Promise<number> {
  try {
    const load = commands[session.command];
    if (load === undefined) throw new PlainExit(usage, 2);
    return await (
      await load()
    )(session, args);
  } catch (error) {
    return explain(session, error);
  }
}

/** Prints why a command ended early. @returns the exit code */
function explain(session: Session, error: unknown): number {
  if (error instanceof QuietExit) return error.exitCode;
  const took = duration(Date.now() - session.startedAt);
  if (error instanceof KeyboardInterrupt) {
    if (session.announced !== undefined) {
      session.out.info(`${session.command} aborted: ${session.announced} (duration: ${took})`);
    }
    return 130;
  }
  if (error instanceof PlainExit) {
    session.out.stdout(`${error.message}\n`);
    return error.exitCode;
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof EndOfInput || !isExpected(error)) {
    const origin = `Traceback (most recent call last):\n  in scap ${session.command}\n`;
    session.out.warning(`Unhandled error:\n${origin}${message === "" ? name : `${name}: ${message}`}`);
  }
  session.out.error(
    `${session.command} failed: <${name}> ${message} (scap version: ${session.settings.dialect.version}) (duration: ${took})`,
  );
  return 1;
}

function isExpected(error: unknown): boolean {
  return error instanceof Error && EXPECTED_NAMES.has(error.name);
}

const EXPECTED_NAMES = new Set([
  "CalledProcessError",
  "LockFailedError",
  "GerritError",
  "OSError",
  "Exception",
]);

function endOutput(out: Output, exitCode: number): void {
  out.stdout(exitCode === 0 ? reset : `${reset}\x07`);
}

function recordStart(recording: Recording, settings: Settings, argv: readonly string[]): void {
  recording.note({
    event: "start",
    argv: [...argv],
    user: settings.user,
    pid: process.pid,
    ppid: process.ppid,
  });
}

const usage = `usage: scap <command>; commands: ${Object.keys(commands).join(", ")}`;
