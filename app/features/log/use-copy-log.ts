"use client";
// Copies lines of the log as plain text. The text is read from the server, because the page has only the lines in view.
import { useEffect, useState } from "react";
import { urlOf } from "#lib/contract/path.ts";
import { LOG_LINES_MAX, plainText } from "#lib/domain/log-text.ts";
import { call } from "../../client/api.ts";
import type { LineRange } from "./line-range.ts";

const MESSAGE_MS = 4000;

export type CopyLog = {
  /** What to tell the reader; empty most of the time. */
  message: string;
  copyLines: (lines: LineRange) => void;
  /** The whole log with its answers. */
  copyAll: () => void;
  copyLink: () => void;
};

export function useCopyLog(jobId: number): CopyLog {
  const [message, setMessage] = useState("");
  useEffect(() => {
    if (message === "") return;
    const timer = setTimeout(() => setMessage(""), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [message]);
  const copy = (text: () => Promise<string>) => {
    void writeClipboard(text).then(
      () => setMessage("Copied"),
      () => setMessage("Couldn’t copy. Open the log as plain text."),
    );
  };
  return {
    message,
    copyLines: (lines) => copy(() => readLines(jobId, lines)),
    copyAll: () => copy(() => readAll(jobId)),
    copyLink: () => copy(async () => window.location.href),
  };
}

/** Starts in the event of the click: a browser that has to wait for the text before would refuse. */
async function writeClipboard(text: () => Promise<string>): Promise<void> {
  const blob = text().then((read) => new Blob([read], { type: "text/plain" }));
  await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
}

async function readAll(jobId: number): Promise<string> {
  const response = await fetch(urlOf("GET /api/jobs/{id}/log.txt", { params: { id: jobId } }));
  if (!response.ok) throw new Error(`the log was answered with ${response.status}`);
  return response.text();
}

async function readLines(jobId: number, { from, to }: LineRange): Promise<string> {
  const texts: string[] = [];
  for (let next = from; next <= to;) {
    const query = { fromLine: next, limit: Math.min(LOG_LINES_MAX, to - next + 1) };
    const { lines } = await call("GET /api/jobs/{id}/log", { params: { id: jobId }, query });
    const last = lines.at(-1);
    if (last === undefined) break;
    texts.push(...lines.map((line) => plainText(line.text)));
    next = last.n + 1;
  }
  return texts.join("\n");
}
