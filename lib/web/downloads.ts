// The whole log as a file: plain text for reading, asciicast v3 for replaying. Both are streamed from the
// database in chunks of limited size.
import type { Database } from "../db/connection.ts";
import { findOutputTail, listLines, listRawChunks } from "../db/log.ts";
import { type AnswerNote, answerNotes } from "../domain/answer-note.ts";
import { plainText } from "../domain/log-text.ts";
import { TERMINAL_SIZE } from "../domain/terminal.ts";
import type { Job } from "../contract/job.ts";

const LINES_PER_READ = 2000;
const BYTES_PER_READ = 1024 * 1024;
const CHUNKS_PER_READ = 32;
const encoder = new TextEncoder();

/**
 * The lines that exist when the download begins, without colours, each ending in a newline. Answers are on lines of their own,
 * which begin with ">>>".
 */
export async function plainLog(db: Database, job: Job): Promise<Response> {
  const jobId = job.id;
  const notes = answerNotes(job.interactions);
  const notesUntil = (line: number) => {
    const end = notes.findIndex((note) => note.line > line);
    return notes
      .splice(0, end === -1 ? notes.length : end)
      .map(noteLine)
      .join("");
  };
  const total = (await findOutputTail(db, jobId))?.totalLines ?? 0;
  let next = 1;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const limit = Math.min(LINES_PER_READ, total - next + 1);
      const lines = limit < 1 ? [] : await listLines(db, jobId, next, limit, BYTES_PER_READ);
      const last = lines.at(-1);
      if (last === undefined) {
        // Live lines may have been erased. If the log was removed during the download, the file must not look complete.
        const isRemoved = next <= total && (await findOutputTail(db, jobId))?.removedAt !== null;
        if (isRemoved) return controller.error(new Error("the output was removed"));
        controller.enqueue(encoder.encode(notesUntil(Infinity)));
        return controller.close();
      }
      next = last.n + 1;
      const text = lines.map((line) => `${plainText(line.text)}\n${notesUntil(line.n)}`).join("");
      controller.enqueue(encoder.encode(text));
    },
  });
  return download(body, "text/plain; charset=utf-8", `job-${jobId}.log.txt`);
}

function noteLine({ by, action, at }: AnswerNote): string {
  return `>>> ${by} ${action} (${at.slice(0, 19).replace("T", " ")} UTC)\n`;
}

/**
 * asciicast v3: a header line, then `[interval, code, data]` lines with intervals in seconds. Questions and
 * answers are markers (`m`), so that a player can jump to them.
 */
export function transcript(db: Database, job: Job): Response {
  const start = new Date(job.startedAt ?? job.createdAt).getTime();
  const header = {
    version: 3,
    term: { cols: TERMINAL_SIZE.columns, rows: TERMINAL_SIZE.rows, type: "xterm-256color" },
    timestamp: Math.floor(start / 1000),
    title: `Job ${job.id}: scap ${job.command.join(" ")}`,
  };
  const markers = markersOf(job);
  const decoder = new TextDecoder();
  let previous = start;
  let afterSeq = 0;
  let isStarted = false;
  const line = (at: number, code: string, data: string | number) => {
    const interval = Math.max(0, at - previous) / 1000;
    previous = Math.max(previous, at);
    return `${JSON.stringify([interval, code, typeof data === "number" ? String(data) : data])}\n`;
  };
  const markersUntil = (until: number) => {
    let text = "";
    while (markers[0] !== undefined && markers[0].at <= until) {
      const marker = markers.shift();
      if (marker !== undefined) text += line(marker.at, "m", marker.label);
    }
    return text;
  };
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      let text = isStarted ? "" : `${JSON.stringify(header)}\n`;
      isStarted = true;
      const chunks = await listRawChunks(db, job.id, afterSeq, CHUNKS_PER_READ);
      for (const chunk of chunks) {
        afterSeq = chunk.seq;
        const at = chunk.at.getTime();
        text += markersUntil(at) + line(at, "o", decoder.decode(chunk.raw, { stream: true }));
      }
      if (chunks.length === 0) {
        // The output may end in the middle of a character.
        const rest = decoder.decode();
        if (rest !== "") text += line(previous, "o", rest);
        text += markersUntil(Number.POSITIVE_INFINITY);
        if (job.finishedAt !== null) {
          text += line(new Date(job.finishedAt).getTime(), "x", job.exitCode ?? 128 + (job.exitSignal ?? 0));
        }
      }
      if (text !== "") controller.enqueue(encoder.encode(text));
      if (chunks.length === 0) controller.close();
    },
  });
  return download(body, "application/x-asciicast", `job-${job.id}.cast`);
}

function markersOf(job: Job): { at: number; label: string }[] {
  return job.interactions
    .flatMap((interaction) => {
      const asked = {
        at: new Date(interaction.askedAt).getTime(),
        label: interaction.message.split("\n").at(-1) ?? "",
      };
      if (interaction.answer === null) return [asked];
      const text = interaction.answer.text ?? "a secret";
      return [
        asked,
        {
          at: new Date(interaction.answer.answeredAt).getTime(),
          label: `${interaction.answer.answeredBy}: ${text}`,
        },
      ];
    })
    .toSorted((a, b) => a.at - b.at);
}

function download(body: ReadableStream<Uint8Array>, type: string, name: string): Response {
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": `inline; filename="${name}"`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}
