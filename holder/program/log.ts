// The holder's own log: its errors, not the command's output, with the fields of the other logs (lib/log.ts). Small, bounded, and never the cause of an error itself.

import { appendFileSync } from "node:fs";

export type Log = (message: string, details?: Record<string, unknown>) => void;

const LINES_MAX = 2000;

export function openLog(path: string): Log {
  let lines = 0;
  return (message, details = {}) => {
    lines += 1;
    if (lines > LINES_MAX) {
      return;
    }
    try {
      const last = lines === LINES_MAX ? { last: true } : {};
      const line = JSON.stringify({
        "@timestamp": new Date().toISOString(),
        "log.level": "warn",
        message,
        "service.name": "spiderpig",
        "event.dataset": "spiderpig.holder",
        "process.pid": process.pid,
        spiderpig: { ...details, ...last },
      });
      appendFileSync(path, `${line.slice(0, 4000)}\n`, { mode: 0o600 });
    } catch {
      // Clients get the error of a full disk from the journal.
    }
  };
}
