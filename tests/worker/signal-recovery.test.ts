// A worker may die between sending a signal and recording it. The journal contains the signal, so the next worker records
// it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { query } from "#lib/db/connection.ts";
import { connectHolder } from "../../holder/client/connect.ts";
import { startStack } from "../support/stack.ts";
import { until } from "../support/until.ts";

const stack = await startStack(after);

for (const end of [true, false]) {
  const when = end ? "and ended the job" : "and the job continued";
  test(`a signal that reached scap is recorded as delivered, although its worker died before recording it, ${when}`, async () => {
    const worker = await stack.startWorker();
    const id = await stack.runScript(
      end
        ? "echo ready; exec sleep 60"
        : `trap "echo no" TERM; read -p "Go on? [y/N]: " a; echo "$a"; exec sleep 60`,
    );
    await stack.untilJob(
      id,
      "its output",
      ({ totalLines, interactions }) => totalLines + interactions.length > 0,
    );
    await worker.die();
    const signal = await stack.signal(id, "terminate", "ann");
    const connection = await connectHolder(stack.dataDir, String(id), {
      epoch: 1,
      fromPosition: 0,
      onRecord: async () => undefined,
      onReading: () => undefined,
      onNotReading: () => undefined,
    });
    const { count } = await connection.signal({ signalId: String(signal.id), kind: "terminate", by: "ann" });
    assert.equal(count, 1);
    connection.close();
    if (end) await until("its end", () => stack.holder(id)?.ended !== null);

    const next = await stack.startWorker();
    const row = await until("the signal to be recorded", async () => {
      const [found] = await query<{ process_count: number | null }>(
        stack.db,
        "select process_count from spiderpig.signal where id = $1",
        [signal.id],
      );
      return found?.process_count !== null && found;
    });

    assert.deepEqual(row, { process_count: 1 });
    if (!end) await stack.signal(id, "kill");
    await stack.ended(id, "killed");
    const delivered = (await stack.events(id)).filter(({ kind }) => kind === "signal_delivered");
    assert.deepEqual(delivered[0], {
      kind: "signal_delivered",
      actor: "ann",
      data: { signal: "terminate", signalId: signal.id, processCount: 1 },
    });
    await next.stop();
  });
}
