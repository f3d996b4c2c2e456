// Finds the holder of a job on this machine: holder.json names its process, and /proc shows whether that process runs. If the file
// is missing or not valid, the holder itself is asked over its socket: a worker that relied on the file alone would abandon a
// command that still runs.

import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { holderFilePath, jobDirectory, socketAddress, type HolderFile } from "../protocol/job-directory.ts";
import { readJournal } from "../protocol/journal-reader.ts";
import { readBootId, readStat } from "../protocol/proc.ts";
import { FRAME, createFrameReader, encodeJson } from "../protocol/frames.ts";
import * as payloads from "./payloads.ts";
import { readPayload } from "./payloads.ts";
import { PROTOCOL_VERSION, type ExitRecord, type HolderRecord } from "../protocol/messages.ts";

export type HolderState =
  /** The job was never claimed on this machine. */
  | { state: "none" }
  | { state: "alive"; directory: string; pid: number; childPid: number | null }
  /** The command has ended; the journal is complete, or was removed because everything in it is stored. */
  | { state: "ended"; directory: string; exit: ExitRecord; endedAt: number }
  /** Its files and messages are of a later version, which this program does not support. */
  | { state: "newer"; directory: string; version: number }
  /** The holder has ended and the journal has no exit record: the machine went down, or the holder was killed. */
  | { state: "dead"; directory: string };

/** The time between claiming a job and writing holder.json: three small calls, on a busy disk. */
const CLAIM_TIMEOUT_MS = 1000;
const CLAIM_CHECK_MS = 20;
const ANSWER_TIMEOUT_MS = 10_000;

/**
 * Finds the holder of a job on this machine.
 * @throws when that cannot be determined now.
 */
export async function findHolder(dataDir: string, jobId: number | string): Promise<HolderState> {
  const directory = jobDirectory(dataDir, jobId);
  for (let waitedMs = 0; ; waitedMs += CLAIM_CHECK_MS) {
    if (statSync(directory, { throwIfNoEntry: false }) === undefined) {
      return { state: "none" };
    }
    const content = readContent(directory);
    const version = payloads.versioned.safeParse(content).data?.version ?? 0;
    if (version > PROTOCOL_VERSION) {
      return { state: "newer", directory, version };
    }
    const file = toHolderFile(content);
    if (file !== undefined) {
      return describeHolder(directory, file);
    }
    // Measured here, not by the age of the directory: not every file system has it, and the time of day may be set.
    if (waitedMs >= CLAIM_TIMEOUT_MS) {
      return (await askHolder(directory)) ?? describeJournal(directory);
    }
    await sleep(CLAIM_CHECK_MS);
  }
}

/** undefined when there is none, or none that this version supports. @throws when it cannot be read now. */
export function readHolderFile(directory: string): HolderFile | undefined {
  return toHolderFile(readContent(directory));
}

function readContent(directory: string): unknown {
  try {
    return JSON.parse(readFileSync(holderFilePath(directory), "utf8"));
  } catch (error) {
    if (isSystemError(error)) throw error;
    return undefined;
  }
}

function toHolderFile(content: unknown): HolderFile | undefined {
  return payloads.holderFile.safeParse(content).data;
}

/** The file could not be read: no descriptor is left, the disk fails. That a file does not exist is a valid result. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && "code" in error && !["ENOENT", "ENOTDIR"].includes(String(error.code));
}

/** Whether the process that claimed the job exists, perhaps only for late clients. @throws when that cannot be determined now. */
export function isHolderRunning(file: HolderFile): boolean {
  const stat = file.bootId === readBootId() ? readStat(file.pid) : undefined;
  if (stat === undefined && file.bootId === readBootId() && existsSync(`/proc/${file.pid}`)) {
    throw new Error(`process ${file.pid} exists and cannot be inspected`);
  }
  return stat !== undefined && stat.startTicks === file.startTicks && stat.state !== "Z";
}

function describeHolder(directory: string, file: HolderFile): HolderState {
  if (file.ended !== null) {
    return { state: "ended", directory, exit: file.ended.exit, endedAt: file.ended.at };
  }
  if (isHolderRunning(file)) {
    return { state: "alive", directory, pid: file.pid, childPid: file.childPid };
  }
  // The holder may have died between writing the end of the journal and writing holder.json.
  return describeJournal(directory);
}

function describeJournal(directory: string): HolderState {
  const exit = findExit(directory);
  return exit === undefined
    ? { state: "dead", directory }
    : { state: "ended", directory, exit: exit.exit, endedAt: exit.at };
}

function findExit(directory: string): (HolderRecord & { kind: "exit" }) | undefined {
  try {
    for (const record of readJournal(directory, 0)) {
      if (record.kind === "exit") {
        return record;
      }
    }
  } catch (error) {
    if (isSystemError(error)) throw error;
    // A damaged journal has no exit record.
  }
  return undefined;
}

/** Asks the holder over its socket; undefined when there is none. @throws when it does not respond. */
async function askHolder(directory: string): Promise<HolderState | undefined> {
  const address = socketAddress(directory);
  const socket = connect(address.path);
  socket.setTimeout(ANSWER_TIMEOUT_MS, () => socket.destroy(new Error("the holder does not respond")));
  // Read-only (epoch 0), and from the beginning, which always exists.
  socket.write(encodeJson(FRAME.attach, { epoch: 0, fromPosition: 0 }, Date.now()));
  const frames = createFrameReader();
  try {
    for await (const chunk of socket) {
      const [first] = frames.push(chunk as Buffer);
      if (first?.kind === FRAME.attached) return describeAttached(directory, first.payload);
    }
    throw new Error("the holder closed the connection");
  } catch (error) {
    if (isNotListening(error)) return undefined;
    throw error;
  } finally {
    socket.destroy();
    address.release();
  }
}

function describeAttached(directory: string, payload: Buffer): HolderState {
  const { version } = readPayload(payloads.versioned, payload, "a version");
  if (version > PROTOCOL_VERSION) {
    return { state: "newer", directory, version };
  }
  const { pid, childPid } = readPayload(payloads.attached, payload, "a description");
  return { state: "alive", directory, pid, childPid };
}

/** There is no socket, or one of a process that has ended. */
function isNotListening(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ENOENT", "ECONNREFUSED"].includes(String(error.code));
}
