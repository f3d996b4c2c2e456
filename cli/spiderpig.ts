#!/usr/bin/env node
// The command-line client: deploy, follow a deployment with its questions in the terminal, answer, stop, look things up.
//
// One file without dependencies, so that it can be copied to any machine with Node 24: what it imports from this repository
// are types, which Node removes. It uses the HTTP interface only, with an API token.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Interaction } from "../lib/contract/interaction.ts";
import type { Job, JobSummary } from "../lib/contract/job.ts";
import type { Lane } from "../lib/contract/lane.ts";
import type { LogBlock } from "../lib/contract/log.ts";
import type { Operation } from "../lib/contract/operation.ts";
import type { ProblemDocument } from "../lib/contract/problem.ts";

const USAGE = `Usage: spiderpig <command> [options]

  deploy CHANGE...        queue a deployment and follow it
      --operation KIND    another operation than backport; its parameters with --set
      --set NAME=VALUE    a parameter of the operation; may be repeated
      --lane LANE         another lane than the operation's own
      --no-follow         only queue it, and print its number
  follow JOB              show the log as it grows, and ask its questions here
      --tail LINES        begin with the last lines
      --no-answer         show questions, but do not ask them
  answer JOB VALUE        answer the open question of a job
  stop JOB                remove a queued job, interrupt a running one
      --signal KIND       interrupt (default), terminate or kill
  history [WORD...]       list jobs, the newest first
      --state, --outcome, --user, --change, --project, --lane, --kind, --from, --to, --limit
  lanes                   list the lanes that are held or frozen
  export log JOB          write a log, a recording (asciicast) or the history (CSV) to standard output
  export recording JOB
  export history          takes the options of the command history
  completion SHELL        print the completion for bash, zsh or fish

Everywhere:
  --url URL               the installation (or SPIDERPIG_URL)
  --token-file FILE       has an API token (or SPIDERPIG_TOKEN_FILE; ~/.config/spiderpig/token)
  --json                  print JSON; when following, one event a line
  --help

A token is made on the page "Account", with the scope deploy, or read to look only.

The exit code of "deploy" and "follow" is 0 when the job did what it was to do. Otherwise it says why it ended:
  10 declined   11 refused   12 rolled back   13 rollback failed   14 failed   15 interrupted   16 killed
  17 not started   18 removed from the queue   19 lost   20 unclear
1 is an error of the client or the connection, 2 a wrong command line, 130 Ctrl-C. The deployment continues in each case.
`;

const EXIT_CODES: Record<NonNullable<Job["outcome"]>, number> = {
  completed: 0,
  nothing_to_deploy: 0,
  prepared: 0,
  declined: 10,
  refused: 11,
  rolled_back: 12,
  rollback_failed: 13,
  exit_nonzero: 14,
  interrupted: 15,
  killed: 16,
  spawn_failed: 17,
  cancelled_while_queued: 18,
  holder_lost: 19,
  unclear: 20,
};

const NONE: string[] = [];

const OPTIONS = {
  operation: { type: "string", default: "backport" },
  set: { type: "string", multiple: true, default: NONE },
  lane: { type: "string" },
  "no-follow": { type: "boolean", default: false },
  tail: { type: "string" },
  "no-answer": { type: "boolean", default: false },
  signal: { type: "string", default: "interrupt" },
  state: { type: "string" },
  outcome: { type: "string" },
  user: { type: "string" },
  change: { type: "string" },
  project: { type: "string" },
  kind: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  limit: { type: "string" },
  url: { type: "string" },
  "token-file": { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

/** The filters of `history`, which are query parameters of the same names. */
const FILTERS = [
  "state",
  "outcome",
  "user",
  "change",
  "project",
  "lane",
  "kind",
  "from",
  "to",
  "limit",
] as const;
const COMMANDS = ["deploy", "follow", "answer", "stop", "history", "lanes", "export", "completion"] as const;

const { env } = process;

const REQUEST_TIMEOUT_MS = 30_000;
/** The server sends a heartbeat every 10 s. */
const SILENCE_MAX_MS = 30_000;
const RECONNECT_MAX_MS = 15_000;
const TYPED_AHEAD_MS = 500;

/** Ends the program with one line and no stack trace. */
class Failure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

function usageError(message: string): Failure {
  return new Failure(`${message}\nTry "spiderpig --help".`, 2);
}

type Options = ReturnType<typeof parseCommandLine>["values"];

function parseCommandLine(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw usageError(messageOf(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

// ---- The HTTP interface

type Server = { url: string; token: string };

function readServer(options: Options): Server {
  const url = options.url ?? env["SPIDERPIG_URL"];
  if (url === undefined) throw usageError("Which installation? Give --url or set SPIDERPIG_URL.");
  if (!URL.canParse(url)) throw usageError(`"${url}" is not a URL.`);
  const inEnvironment = env["SPIDERPIG_TOKEN"];
  const file =
    options["token-file"] ?? env["SPIDERPIG_TOKEN_FILE"] ?? join(homedir(), ".config", "spiderpig", "token");
  try {
    const token = inEnvironment ?? readFileSync(file, "utf8");
    return { url: url.replace(/\/$/, ""), token: token.trim() };
  } catch {
    throw usageError(`There is no API token in ${file}. Make one on ${url.replace(/\/$/, "")}/account.`);
  }
}

type RequestOptions = {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** @throws Failure with the sentences of the problem document. */
async function send(server: Server, path: string, options: RequestOptions = {}): Promise<Response> {
  const { method = "GET", body, headers = {}, signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS) } = options;
  let response: Response;
  try {
    response = await fetch(`${server.url}${path}`, {
      method,
      signal,
      headers: {
        authorization: `Bearer ${server.token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (error) {
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : messageOf(error);
    throw new Failure(`Cannot reach ${server.url}: ${cause}.`);
  }
  if (!response.ok) throw new Refused(await problemOf(response));
  return response;
}

/** The server answered with a problem document. */
class Refused extends Failure {
  readonly problem: Partial<ProblemDocument>;
  constructor(problem: Partial<ProblemDocument>) {
    const fields = (problem.errors ?? []).map(({ field, detail }) => `\n  ${field}: ${detail}`);
    super(
      [sentence(problem.title ?? "The request was refused"), problem.detail ?? ""].join(" ").trim() +
        fields.join(""),
    );
    this.problem = problem;
  }
}

const sentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);

async function problemOf(response: Response): Promise<Partial<ProblemDocument>> {
  const fallback = { status: response.status, title: `The server answered ${response.status}` };
  try {
    return { ...fallback, ...((await response.json()) as ProblemDocument) };
  } catch {
    return fallback;
  }
}

async function get<Body>(server: Server, path: string): Promise<Body> {
  return (await (await send(server, path)).json()) as Body;
}

const readJob = (server: Server, id: number) => get<Job>(server, `/api/jobs/${id}`);

function jobNumber(text: string | undefined): number {
  const id = /^#?(\d{1,9})$/.exec(text ?? "")?.[1];
  if (id === undefined) throw usageError("Which job? Give its number.");
  return Number(id);
}

// ---- Text for a terminal

const isColoured = process.stdout.isTTY && env["NO_COLOR"] === undefined;

const CONTROLS = new RegExp(
  [
    String.raw`\u001B\[[\d;:]*m`, // colours
    String.raw`\u001B\]8;[^\u0007\u001B]*(?:\u0007|\u001B\\)`, // links
    String.raw`[\u0000-\u0008\u000B-\u001F\u007F-\u009F]`,
  ].join("|"),
  "g",
);

/** A line of a log, which anyone may have printed: colours and links stay on a terminal, other control characters never. */
export function printable(text: string, keepsColours: boolean): string {
  return text.replaceAll(CONTROLS, (found) => (keepsColours && found.length > 1 ? found : ""));
}

const WIDE =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}/u;

/** The beginning of a line, as far as it fits into a row of a terminal; without colours. */
export function cut(text: string, columns: number): string {
  let width = 0;
  let result = "";
  for (const character of printable(text, false).replaceAll("\t", " ")) {
    width += WIDE.test(character) ? 2 : 1;
    if (width > columns) break;
    result += character;
  }
  return result;
}

const bold = (text: string) => (isColoured ? `\u001B[1m${text}\u001B[0m` : text);

/** One line without control characters: of what people and Gerrit wrote. */
const plain = (text: string) => printable(text, false).replaceAll(/\s+/g, " ").trim();

function describe(job: JobSummary): string {
  const what =
    job.changes.length > 0 ? job.changes.map(({ number }) => number).join(" ") : job.operation.name;
  const subject = plain(job.changes[0]?.subject ?? "");
  return `${what}${subject === "" ? "" : `  ${subject}`}`;
}

function result(job: JobSummary & { reason?: string | null }): string {
  if (job.outcome === null) return job.state;
  const label = job.outcome === "completed" ? job.operation.completedLabel : job.outcome.replaceAll("_", " ");
  return job.reason === undefined || job.reason === null ? label : `${label}: ${plain(job.reason)}`;
}

// ---- Following a job

type ServerEvent = { event: string; data: unknown; id: string | undefined };

/** Splits a stream of server-sent events. Ends with the stream. */
export async function* readEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    for (const event of whole) yield parseEvent(event);
  }
}

function parseEvent(text: string): ServerEvent {
  const fields = new Map(
    text.split("\n").map((line): [string, string] => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1).trimStart()];
    }),
  );
  const data = fields.get("data");
  return {
    event: fields.get("event") ?? "message",
    data: data === undefined || data === "" ? null : JSON.parse(data),
    id: fields.get("id"),
  };
}

type Output = { blocks: LogBlock[]; totalLines: number; settledLines: number };

/** The lines of a log that may still be redrawn, and those that became final with the last output. */
export function createLog(fromLine: number) {
  const open = new Map<number, string>();
  let printed = fromLine;

  return {
    /** @returns the lines that will not change any more, each of them once. */
    add({ blocks, totalLines, settledLines }: Output): string[] {
      for (const { n, text, keep } of blocks) {
        const whole = `${(open.get(n) ?? "").slice(0, keep ?? 0)}${text}`;
        for (const [index, line] of whole.split("\n").entries()) open.set(n + index, line);
      }
      const settled: string[] = [];
      for (const n of [...open.keys()].toSorted((a, b) => a - b)) {
        if (n > settledLines && n <= totalLines) continue;
        if (n <= settledLines && n > printed) settled.push(open.get(n) ?? "");
        open.delete(n);
      }
      printed = Math.max(printed, settledLines);
      return settled;
    },
    get printed() {
      return printed;
    },
    open: () => [...open.entries()].toSorted(([a], [b]) => a - b).map(([, line]) => line),
  };
}

/** Standard output with rows at its end that are drawn anew: the lines that may change, and the question. */
function createScreen() {
  const { stdout } = process;
  let drawn = 0;

  const erase = () => {
    if (drawn > 0) stdout.write(`\u001B[${drawn}A\r\u001B[J`);
    drawn = 0;
  };

  return {
    print(lines: readonly string[], open: readonly string[]) {
      if (!stdout.isTTY) {
        for (const line of lines) stdout.write(`${printable(line, false)}\n`);
        return;
      }
      erase();
      for (const line of lines) stdout.write(`${printable(line, isColoured)}\u001B[0m\n`);
      const rows = open.slice(-Math.max(stdout.rows - 3, 1));
      for (const line of rows) stdout.write(`${cut(line, stdout.columns - 1)}\n`);
      drawn = rows.length;
    },
    /** Leaves the rows where they are: what comes next is printed after them. */
    keep() {
      drawn = 0;
    },
  };
}

/**
 * The keyboard of a terminal. What is typed while no question is open is discarded, so that nothing typed ahead answers a question
 * that came later.
 */
function createKeyboard(onInterrupt: () => void) {
  let isShown = false;
  let isSecret = false;
  let take: ((line: string) => void) | undefined;
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (isShown && !isSecret) process.stderr.write(chunk);
      done();
    },
  });
  const lines: Interface = createInterface({ input: process.stdin, output, terminal: true });
  lines.on("line", (line) => take?.(line));
  lines.on("SIGINT", onInterrupt);
  const clear = () => lines.write(null, { ctrl: true, name: "u" });

  return {
    /** @returns the line; undefined when it was cancelled. */
    async ask(
      prompt: string,
      signal: AbortSignal,
      options: { isSecret?: boolean } = {},
    ): Promise<string | undefined> {
      // What a person was typing when the question appeared was not meant for it.
      await sleep(TYPED_AHEAD_MS);
      clear();
      process.stderr.write(prompt);
      lines.setPrompt("");
      isShown = true;
      isSecret = options.isSecret === true;
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      take = resolve;
      const cancel = () => resolve(undefined);
      signal.addEventListener("abort", cancel, { once: true });
      const line = signal.aborted ? undefined : await promise;
      signal.removeEventListener("abort", cancel);
      take = undefined;
      isShown = false;
      if (isSecret || line === undefined) process.stderr.write("\n");
      clear();
      return line;
    },
    close: () => lines.close(),
  };
}
type Keyboard = ReturnType<typeof createKeyboard>;

/** What an answer is, of what was typed; undefined when it is none of the options. */
export function answerOf(
  { options }: Pick<Interaction, "options">,
  typed: string,
): boolean | string | undefined {
  if (options.length === 0) return typed;
  const wanted = typed.trim().toLowerCase();
  const found = options.filter(
    ({ text, value }) => text.toLowerCase() === wanted || String(value).toLowerCase() === wanted,
  );
  return found.length === 1 ? found[0]?.value : undefined;
}

/** @param isAfterLog the lines of the log are above, and end with those of the question. */
function questionText(question: Interaction, isAfterLog = false): string {
  const lines = printable(question.message, false).trimEnd().split("\n");
  const message = isAfterLog ? lines.slice(-1) : lines;
  const complaint = question.complaint === null ? "" : `${plain(question.complaint)}\n`;
  const options = question.options.map(({ text, value }) =>
    typeof value === "boolean" || value === text
      ? `  ${plain(text)}\n`
      : `  ${plain(value)}  ${plain(text)}\n`,
  );
  return `\n${complaint}${bold(message.join("\n"))}\n${options.join("")}`;
}

async function give(server: Server, question: Interaction, value: unknown): Promise<Interaction> {
  const path = `/api/jobs/${question.jobId}/interactions/${question.id}/answer`;
  const response = await send(server, path, { method: "PUT", body: { value } });
  return (await response.json()) as Interaction;
}

/** Asks a question until it is answered, here or by another person. */
async function askHere(
  server: Server,
  keyboard: Keyboard,
  question: Interaction,
  signal: AbortSignal,
): Promise<void> {
  process.stderr.write(questionText(question, true));
  if (question.kind === "screen") {
    process.stderr.write(`This program draws a screen. Answer it at ${server.url}/jobs/${question.jobId}\n`);
    return;
  }
  const isSecret = question.kind === "secret";
  for (;;) {
    const typed = await keyboard.ask(isSecret ? "Answer (hidden): " : "Answer: ", signal, { isSecret });
    if (typed === undefined) return;
    const value = answerOf(question, typed);
    if (value === undefined) {
      process.stderr.write("That is none of the answers.\n");
      continue;
    }
    if (question.kind === "text") {
      const confirmed = await keyboard.ask(`Send "${plain(typed)}"? Type yes: `, signal);
      if (confirmed === undefined) return;
      if (confirmed.trim().toLowerCase() !== "yes") continue;
    }
    try {
      await give(server, question, value);
      return;
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
      if (!(error instanceof Refused) || error.problem.code !== "answer_not_an_option") return;
    }
  }
}

/** Shows each question once, asks it here if there is a keyboard, and says what became of it. */
function createQuestions(server: Server, keyboard: Keyboard | undefined) {
  let asked: { id: number; stop: AbortController } | undefined;

  const onEnd = ({ answer: given }: Interaction) => {
    asked?.stop.abort();
    asked = undefined;
    if (given === null) {
      process.stderr.write("The question is no longer open.\n");
    } else {
      process.stderr.write(`${plain(given.answeredBy)} answered: ${plain(given.text ?? "(hidden)")}\n`);
    }
  };

  return {
    isOpen: () => asked !== undefined,
    /** @param beforeQuestion is called before a new question is shown. */
    update(question: Interaction, beforeQuestion: () => void) {
      if (question.state !== "pending") {
        if (question.id === asked?.id) onEnd(question);
        return;
      }
      if (question.id === asked?.id) return;
      asked?.stop.abort();
      asked = { id: question.id, stop: new AbortController() };
      beforeQuestion();
      if (keyboard === undefined) {
        const page = `${server.url}/jobs/${question.jobId}`;
        process.stderr.write(
          `${questionText(question, true)}spiderpig answer ${question.jobId} VALUE, or ${page}\n`,
        );
      } else {
        void askHere(server, keyboard, question, asked.stop.signal);
      }
    },
  };
}

/** What the events of a job show on a terminal. */
function createView(server: Server, fromLine: number, keyboard: Keyboard | undefined) {
  const log = createLog(fromLine);
  const screen = createScreen();
  const questions = createQuestions(server, keyboard);
  const showAll = () => {
    screen.print(log.open(), []);
    screen.keep();
  };

  return {
    log,
    showAll,
    onEvent({ event, data }: ServerEvent) {
      if (event === "output") {
        const settled = log.add(data as Output);
        // While a question is open, its text is the end of the log.
        screen.print(settled, questions.isOpen() ? [] : log.open());
      } else if (event === "interaction") {
        questions.update(data as Interaction, showAll);
      } else if (event === "job") {
        const { pendingInteraction } = data as Job;
        if (pendingInteraction !== null) questions.update(pendingInteraction, showAll);
      }
    },
  };
}

function printEvent({ event, data }: ServerEvent): void {
  if (event !== "heartbeat") process.stdout.write(`${JSON.stringify({ event, data })}\n`);
}

type FollowOptions = { tail?: number; answers: boolean; isJson: boolean };

/** Shows a job until it has ended. @returns the exit code. */
async function follow(server: Server, id: number, options: FollowOptions): Promise<number> {
  const { totalLines } = await readJob(server, id);
  const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<"interrupted">();
  const onInterrupt = () => interrupt("interrupted");
  process.once("SIGINT", onInterrupt);
  const canAsk = options.answers && !options.isJson && process.stdin.isTTY && process.stdout.isTTY;
  const keyboard = canAsk ? createKeyboard(onInterrupt) : undefined;
  const fromLine = options.tail === undefined ? 0 : Math.max(totalLines - options.tail, 0);
  const view = createView(server, fromLine, keyboard);
  const ended = followEvents(
    server,
    id,
    () => view.log.printed,
    (event) => (options.isJson ? printEvent(event) : view.onEvent(event)),
  );

  const end = await Promise.race([ended, interrupted]);

  keyboard?.close();
  process.off("SIGINT", onInterrupt);
  if (end === "interrupted") {
    process.stderr.write(`\nJob ${id} continues. "spiderpig follow ${id}" shows it again.\n`);
    return 130;
  }
  const last = await readJob(server, id);
  if (!options.isJson) {
    view.showAll();
    process.stderr.write(`${bold(`Job ${id}: ${result(last)}`)}\n`);
  }
  return last.outcome === null ? 1 : EXIT_CODES[last.outcome];
}

/** Reads the events of a job until its end, and reconnects where it was after a lost connection. */
async function followEvents(
  server: Server,
  id: number,
  afterLine: () => number,
  onEvent: (event: ServerEvent) => void,
): Promise<void> {
  let lastId: string | undefined;
  for (let failures = 0; ; failures += 1) {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
    try {
      const response = await send(server, `/api/jobs/${id}/events?afterLine=${afterLine()}`, {
        headers: lastId === undefined ? {} : { "last-event-id": lastId },
        signal: silence.signal,
      });
      if (failures > 0) process.stderr.write("Connected again.\n");
      failures = 0;
      for await (const event of readEvents(response.body ?? new ReadableStream())) {
        timer.refresh();
        lastId = event.id ?? lastId;
        onEvent(event);
        if (event.event === "end") return;
      }
    } catch (error) {
      const isFinal =
        error instanceof Refused && (error.problem.status ?? 500) < 500 && error.problem.status !== 429;
      if (isFinal) throw error;
      if (failures === 0) {
        process.stderr.write("The connection is lost; the deployment continues. Reconnecting …\n");
      }
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
    await sleep(Math.min(1000 * 2 ** failures, RECONNECT_MAX_MS));
  }
}

// ---- Commands

/** `--set name=value`, as the operation declares the parameter. */
function parameterValue(operation: Operation, name: string, value: string): unknown {
  const parameter = operation.parameters.find((candidate) => candidate.name === name);
  if (parameter === undefined) {
    const names = operation.parameters.map((candidate) => candidate.name).join(", ");
    throw usageError(`The operation "${operation.kind}" has no parameter "${name}". It has: ${names}.`);
  }
  if (parameter.type === "changes") return value.split(/[\s,]+/).filter((part) => part !== "");
  if (parameter.type === "boolean") return value === "true" || value === "yes";
  return value;
}

async function deploy(server: Server, changes: string[], options: Options): Promise<number> {
  const { operations } = await get<{ operations: Operation[] }>(server, "/api/operations");
  const operation = operations.find(({ kind }) => kind === options.operation);
  if (operation === undefined) {
    throw usageError(
      `There is no operation "${options.operation}". There are: ${operations.map(({ kind }) => kind).join(", ")}.`,
    );
  }
  const takesChanges = operation.parameters.find(({ type }) => type === "changes");
  if (changes.length > 0 && takesChanges === undefined) {
    throw usageError(`"${operation.kind}" takes no changes.`);
  }
  const parameters = options.set.map((pair): [string, unknown] => {
    const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    return [name, parameterValue(operation, name, value)];
  });
  const body = {
    ...Object.fromEntries(parameters),
    ...(changes.length > 0 && takesChanges !== undefined ? { [takesChanges.name]: changes } : {}),
    ...(options.lane === undefined ? {} : { lane: options.lane }),
    kind: operation.kind,
  };
  const response = await send(server, "/api/jobs", {
    method: "POST",
    body,
    headers: { "idempotency-key": randomUUID() },
  });
  const job = (await response.json()) as Job;
  if (options["no-follow"]) {
    process.stdout.write(options.json ? `${JSON.stringify(job)}\n` : `${job.id}\n`);
    return 0;
  }
  if (!options.json) process.stderr.write(`Job ${job.id}: ${describe(job)}\n${server.url}/jobs/${job.id}\n`);
  return follow(server, job.id, { answers: !options["no-answer"], isJson: options.json });
}

async function answer(
  server: Server,
  id: number,
  typed: string | undefined,
  options: Options,
): Promise<number> {
  if (typed === undefined) throw usageError("What is the answer?");
  const { pendingInteraction } = await readJob(server, id);
  if (pendingInteraction === null) throw new Failure(`Job ${id} has no open question.`);
  const value = answerOf(pendingInteraction, typed);
  if (value === undefined) {
    throw usageError(`"${typed}" is none of the answers:${questionText(pendingInteraction)}`);
  }
  const given = await give(server, pendingInteraction, value);
  process.stdout.write(
    options.json ? `${JSON.stringify(given)}\n` : `Answered: ${plain(given.answer?.text ?? "(hidden)")}\n`,
  );
  return 0;
}

async function stop(server: Server, id: number, options: Options): Promise<number> {
  const job = await readJob(server, id);
  if (job.state === "queued") {
    await send(server, `/api/jobs/${id}/cancellation`, { method: "POST" });
    process.stdout.write(`Job ${id} was removed from the queue.\n`);
    return 0;
  }
  await send(server, `/api/jobs/${id}/signals`, { method: "POST", body: { kind: options.signal } });
  process.stdout.write(`Requested: ${options.signal} job ${id}.\n`);
  return 0;
}

function filterQuery(words: readonly string[], options: Options): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of FILTERS) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  if (words.length > 0) query.set("q", words.join(" "));
  return query;
}

async function history(server: Server, words: string[], options: Options): Promise<number> {
  const page = await get<{ jobs: JobSummary[] }>(server, `/api/jobs?${filterQuery(words, options)}`);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(page)}\n`);
  } else {
    for (const job of page.jobs) {
      const when = job.createdAt.slice(0, 16).replace("T", " ");
      process.stdout.write(
        `${String(job.id).padStart(6)}  ${when}  ${result(job).padEnd(18)}  ${plain(job.requestedBy).padEnd(12)}  ${describe(job)}\n`,
      );
    }
  }
  return 0;
}

async function lanes(server: Server, options: Options): Promise<number> {
  const list = await get<{ lanes: Lane[] }>(server, "/api/lanes");
  if (options.json) {
    process.stdout.write(`${JSON.stringify(list)}\n`);
  } else {
    for (const { name, heldBy, freeze } of list.lanes) {
      const held = heldBy === null ? "free" : `job ${heldBy}`;
      const until = freeze?.until === null || freeze?.until === undefined ? "" : ` until ${freeze.until}`;
      const frozen =
        freeze === null ? "" : `  frozen by ${plain(freeze.frozenBy)}${until}: ${plain(freeze.reason)}`;
      process.stdout.write(`${name.padEnd(16)}  ${held}${frozen}\n`);
    }
  }
  return 0;
}

async function exportFile(
  server: Server,
  [what, job, ...words]: string[],
  options: Options,
): Promise<number> {
  const paths: Record<string, () => string> = {
    log: () => `/api/jobs/${jobNumber(job)}/log.txt`,
    recording: () => `/api/jobs/${jobNumber(job)}/transcript.cast`,
    history: () =>
      `/api/jobs.${options.json ? "json" : "csv"}?${filterQuery(job === undefined ? [] : [job, ...words], options)}`,
  };
  const path = what !== undefined && Object.hasOwn(paths, what) ? paths[what]?.() : undefined;
  if (path === undefined) throw usageError("Export what? log, recording or history.");
  // Without a time limit: the whole history may take a while.
  const response = await send(server, path, { signal: new AbortController().signal });
  if (response.body !== null) await pipeline(response.body, process.stdout, { end: false });
  return 0;
}

function completion(shell: string | undefined): string {
  const words = COMMANDS.join(" ");
  const flags = Object.keys(OPTIONS)
    .map((name) => `--${name}`)
    .join(" ");
  switch (shell ?? "") {
    case "bash":
      return `complete -W "${words} ${flags}" spiderpig\n`;
    case "zsh":
      return `#compdef spiderpig\n_arguments '1:command:(${words})' '*:option:(${flags})'\n`;
    case "fish":
      return [
        `complete -c spiderpig -n __fish_use_subcommand -f -a "${words}"\n`,
        ...Object.keys(OPTIONS).map((name) => `complete -c spiderpig -l ${name}\n`),
      ].join("");
    default:
      throw usageError("Completion for which shell? bash, zsh or fish.");
  }
}

async function main(args: string[]): Promise<number> {
  const { values: options, positionals } = parseCommandLine(args);
  const [command, ...rest] = positionals;
  if (options.help || command === undefined) {
    process.stdout.write(USAGE);
    return options.help ? 0 : 2;
  }
  if (command === "completion") {
    process.stdout.write(completion(rest[0]));
    return 0;
  }
  if (!COMMANDS.some((name) => name === command)) throw usageError(`There is no command "${command}".`);
  const server = readServer(options);
  switch (command) {
    case "deploy":
      return deploy(server, rest, options);
    case "follow": {
      const tail = options.tail === undefined ? {} : { tail: jobNumber(options.tail) };
      return follow(server, jobNumber(rest[0]), {
        ...tail,
        answers: !options["no-answer"],
        isJson: options.json,
      });
    }
    case "answer":
      return answer(server, jobNumber(rest[0]), rest[1], options);
    case "stop":
      return stop(server, jobNumber(rest[0]), options);
    case "history":
      return history(server, rest, options);
    case "lanes":
      return lanes(server, options);
    default:
      return exportFile(server, rest, options);
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = error instanceof Failure ? error.exitCode : 1;
  }
  // An open event stream would keep the process alive.
  process.stdout.write("", () => process.exit());
}
