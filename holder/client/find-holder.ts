// Who holds a job on this machine, as the worker finds out: by what holder.json says and whether that process is there.
// When the file is missing or says nothing that can be understood, the holder is asked itself: whoever took that for an
// answer would give up a command that runs.
//
// Not loaded by the holder.

import { existsSync, readFileSync, statSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { holderFilePath, jobDirectory, socketAddress, type HolderFile } from "../protocol/job-directory.ts";
import { readJournal } from "../protocol/journal-reader.ts";
import { readBootId, readStat } from "../protocol/proc.ts";
import { FRAME, FrameReader, encodeJson } from "../protocol/frames.ts";
import * as payloads from "./payloads.ts";
import { readPayload } from "./payloads.ts";
import { PROTOCOL_VERSION, versionOf, type ExitRecord, type HolderRecord } from "../protocol/messages.ts";

export type HolderState =
  /** Nobody ever took this job here. */
  | { state: "none" }
  | { state: "alive"; directory: string; pid: number; childPid: number | null }
  /** The command has ended; the journal is complete, or removed because everything in it is stored. */
  | { state: "ended"; directory: string; exit: ExitRecord; endedAt: number }
  /** Whatever else its files say has a meaning that this version does not know. */
  | { state: "newer"; directory: string; version: number }
  /** The holder is gone and the journal has no end: the machine went down, or the holder was killed. */
  | { state: "dead"; directory: string };

/** Between taking the job and writing down who took it lies what a busy disk makes of three small calls. */
const CLAIM_MS = 1000;
const CLAIM_LOOK_MS = 20;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Looks up who holds a job on this machine.
 * @throws when that cannot be found out now.
 */
export async function findHolder(dataDir: string, jobId: number | string): Promise<HolderState> {
  const directory = jobDirectory(dataDir, jobId);
  for (let waitedMs = 0; ; waitedMs += CLAIM_LOOK_MS) {
    if (statSync(directory, { throwIfNoEntry: false }) === undefined) {
      return { state: "none" };
    }
    const said = readSaid(directory);
    const version = versionSaid(said);
    if (version > PROTOCOL_VERSION) {
      return { state: "newer", directory, version };
    }
    const file = toHolderFile(said);
    if (file !== null) {
      return describeHolder(directory, file);
    }
    // Waited for, not read off the directory's age: not every file system knows that, and the time of day may be set.
    if (waitedMs >= CLAIM_MS) {
      return (await askHolder(directory)) ?? describeRemains(directory);
    }
    await sleep(CLAIM_LOOK_MS);
  }
}

/** null when there is none, or nothing that this version understands in it. @throws when it cannot be read now. */
export function readHolderFile(directory: string): HolderFile | null {
  return toHolderFile(readSaid(directory));
}

function readSaid(directory: string): unknown {
  try {
    return JSON.parse(readFileSync(holderFilePath(directory), "utf8"));
  } catch (error) {
    if (isTrouble(error)) throw error;
    return undefined;
  }
}

/** 0 when it says none. */
function versionSaid(said: unknown): number {
  const { success, data } = payloads.versioned.safeParse(said);
  return success ? versionOf(data) : 0;
}

function toHolderFile(said: unknown): HolderFile | null {
  return payloads.holderFile.safeParse(said).data ?? null;
}

/** The machine cannot say now: no descriptor is left, the disk fails. That something is not there is an answer. */
function isTrouble(error: unknown): boolean {
  return error instanceof Error && "code" in error && !["ENOENT", "ENOTDIR"].includes(String(error.code));
}

/** Whether the process that took the job is there, be it only for late clients. @throws when that cannot be seen now. */
export function runsStill(file: HolderFile): boolean {
  const stat = file.bootId === readBootId() ? readStat(file.pid) : null;
  if (stat === null && file.bootId === readBootId() && existsSync(`/proc/${file.pid}`)) {
    throw new Error(`process ${file.pid} is there and cannot be looked at`);
  }
  return stat !== null && stat.startTicks === file.startTicks && stat.state !== "Z";
}

function describeHolder(directory: string, file: HolderFile): HolderState {
  if (file.ended !== null) {
    return { state: "ended", directory, exit: file.ended.exit, endedAt: file.ended.at };
  }
  if (runsStill(file)) {
    return { state: "alive", directory, pid: file.pid, childPid: file.childPid };
  }
  // The holder may have gone between writing the end of the journal and saying so in holder.json.
  return describeRemains(directory);
}

function describeRemains(directory: string): HolderState {
  const exit = findExit(directory);
  return exit === null
    ? { state: "dead", directory }
    : { state: "ended", directory, exit: exit.exit, endedAt: exit.at };
}

function findExit(directory: string): (HolderRecord & { kind: "exit" }) | null {
  try {
    for (const record of readJournal(directory, 0)) {
      if (record.kind === "exit") {
        return record;
      }
    }
  } catch (error) {
    if (isTrouble(error)) throw error;
    // A damaged journal has no end.
  }
  return null;
}

/** What the holder says of itself; null when nobody listens. @throws when it does not answer. */
async function askHolder(directory: string): Promise<HolderState | null> {
  const address = socketAddress(directory);
  const socket = connect(address.path);
  socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error("the holder does not answer")));
  // To watch, from the beginning, which is always there.
  socket.write(encodeJson(FRAME.attach, { epoch: 0, fromPosition: 0 }, Date.now()));
  const frames = new FrameReader();
  try {
    for await (const chunk of socket) {
      const [first] = frames.push(chunk as Buffer);
      if (first?.kind === FRAME.attached) return describeItself(directory, first.payload);
    }
    throw new Error("the holder closed the connection");
  } catch (error) {
    if (isNobody(error)) return null;
    throw error;
  } finally {
    socket.destroy();
    address.release();
  }
}

function describeItself(directory: string, payload: Buffer): HolderState {
  const version = versionOf(readPayload(payloads.versioned, payload, "its version"));
  if (version > PROTOCOL_VERSION) {
    return { state: "newer", directory, version };
  }
  const { pid, childPid } = readPayload(payloads.attached, payload, "itself");
  return { state: "alive", directory, pid, childPid };
}

/** There is no socket, or one that is left over. */
function isNobody(error: unknown): boolean {
  return error instanceof Error && "code" in error && ["ENOENT", "ECONNREFUSED"].includes(String(error.code));
}
