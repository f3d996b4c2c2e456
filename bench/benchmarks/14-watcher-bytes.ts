// How many bytes one watcher receives, of programs that redraw their output and of one that prints without a pause.
import { query } from "#lib/db/connection.ts";
import { BUDGET_BYTES } from "#lib/web/live/watcher-output.ts";
import { inProject } from "../../scripts/root.ts";
import type { Row } from "../measure/result.ts";
import { untilEnded } from "../installation/jobs.ts";
import type { Installation } from "../installation/installation.ts";
import type { Benchmark } from "./benchmark.ts";

const SECONDS = "20";
const DISPLAY = inProject("bench/programs/display.ts");
const PROGRAMS: readonly { name: string; argv: readonly string[] }[] = [
  { name: "a spinner, 50 frames/s", argv: [process.execPath, DISPLAY, "spinner", SECONDS] },
  { name: "57 progress bars, 20 frames/s", argv: [process.execPath, DISPLAY, "layers", SECONDS] },
  { name: "300,000 short lines at once", argv: ["/bin/sh", "-c", "exec seq 300000"] },
];

export const watcherBytes: Benchmark = {
  number: 14,
  name: "bytes to one watcher",
  async run(installation) {
    const rows: Row[] = [];
    for (const { name, argv } of PROGRAMS) {
      await installation.startWorker(argv);
      rows.push(rowOf(name, await bytesOf(installation)));
      await installation.stopWorkers();
    }
    return rows;
  },
};

async function bytesOf(installation: Installation): Promise<{ sent: number; printed: number }> {
  const { job } = await installation.client.createJob();
  let sent = 0;
  const watching = await installation.client.stream(`/api/jobs/${job.id}/events`, (piece) => {
    sent += Buffer.byteLength(piece);
  });
  await untilEnded(installation, job.id);
  await watching.closed;
  const [row] = await query<{ bytes: number }>(
    installation.db,
    "select output_bytes::float8 as bytes from spiderpig.job where id = $1",
    [job.id],
  );
  return { sent, printed: row?.bytes ?? 0 };
}

function rowOf(name: string, { sent, printed }: { sent: number; printed: number }): Row {
  return {
    benchmark: 14,
    name: `bytes to one watcher per byte printed: ${name}`,
    unit: "bytes",
    p50: sent / printed,
    n: 1,
    target: `≤ 2, and ${BUDGET_BYTES / 1024} KiB`,
    ok: sent <= 2 * printed + BUDGET_BYTES,
  };
}
