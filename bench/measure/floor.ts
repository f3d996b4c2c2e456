// What the path between web and worker cannot be faster than: one durable commit and one notification, on the database of
// the installation. Latencies are given as multiples of it as well, because those are comparable between machines.
import { query } from "#lib/db/connection.ts";
import { listenTo } from "#lib/db/listen.ts";
import type { Installation } from "../installation/installation.ts";
import { now } from "../clock.ts";
import { median } from "./quantiles.ts";
import { type Row, valueRow } from "./result.ts";

const CHANNEL = "bench_floor";
const ROUNDS = 100;
const WARM_UP = 10;

/** Milliseconds from sending an insert that notifies to the arrival of the notification at another connection; the median. */
export async function measureFloor({ db, databaseUrl }: Installation): Promise<number> {
  await query(db, "create table if not exists public.bench_floor (round integer)");
  let arrived: () => void = () => undefined;
  const { promise: isListening, resolve } = Promise.withResolvers<void>();
  const listener = listenTo({
    databaseUrl,
    channels: [CHANNEL],
    onPayload: () => arrived(),
    onGap: resolve,
  });
  try {
    await isListening;
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
      const arrival = new Promise<number>((done) => (arrived = () => done(now())));
      const sentAt = now();
      await query(
        db,
        `with stored as (insert into public.bench_floor values ($1) returning round)
         select pg_notify('${CHANNEL}', round::text) from stored`,
        [round],
      );
      samples.push((await arrival) - sentAt);
    }
    return median(samples.slice(WARM_UP));
  } finally {
    await listener.close();
  }
}

/** The median of the latencies as a multiple of the floor. */
export function ratioRow(
  { benchmark, name }: { benchmark: number; name: string },
  latencies: readonly number[],
  floorMs: number,
  most: number,
): Row {
  const unit = `× ${floorMs.toFixed(1)} ms`;
  return valueRow({ benchmark, name, unit }, [median(latencies) / floorMs], most);
}
