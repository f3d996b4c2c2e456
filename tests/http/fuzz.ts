// `npm run test:fuzz -- [--requests 50000] [--seed 1]`: random malformed requests to a web process. Exits with 1 after a server
// error, a response that is missing or no problem document, an error in the log, or growth of memory.
import { parseArgs } from "node:util";
import { startReviewServer } from "../lib/gerrit/review-server.ts";
import { withPostgres } from "../support/temporary-postgres.ts";
import type { RawRequest } from "./malformed-requests.ts";
import { randomRequests } from "./random-requests.ts";
import { loggedErrors, sendAll } from "./send-requests.ts";
import { startWebProcess, type WebProcess } from "./web-process.ts";

const AT_ONCE = 12;
/**
 * Of the memory between the third fifth of the requests and the last: V8 extends its heap during the first twenty thousand. A leak of
 * two kilobytes a request is more.
 */
const GROWTH_MAX_BYTES = 40 * 1024 ** 2;
/** On a machine with much memory V8 would rather extend its heap than collect garbage, which looks like a leak. */
const SMALL_HEAP = "--max-old-space-size=192 --max-semi-space-size=8";
const FIFTHS = 5;

const { values } = parseArgs({
  options: {
    requests: { type: "string", default: "50000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const cleaners: (() => Promise<void>)[] = [];
const violations = await withPostgres(false, async () => {
  try {
    const review = await startReviewServer();
    cleaners.push(() => review.close());
    const web = await startWebProcess((clean) => void cleaners.push(clean), {
      gerritUrl: review.url,
      settings: { NODE_OPTIONS: SMALL_HEAP },
    });
    return await attack(web, Number(values.requests), Number(values.seed));
  } finally {
    for (const clean of cleaners.toReversed()) await clean();
  }
});
for (const violation of violations) console.log(`FAILED: ${violation}`);
process.exit(violations.length > 0 ? 1 : 0);

async function attack(web: WebProcess, count: number, seed: number): Promise<string[]> {
  console.log(`seed ${seed}, ${count} requests`);
  const credentials = [...web.tokens.values()].map((token) => `authorization: Bearer ${token}`);
  const next = randomRequests(seed, credentials);
  const found: string[] = [];
  const lowest: number[] = [];
  for (let fifth = 1; fifth <= FIFTHS; fifth += 1) {
    let left = Math.ceil(count / FIFTHS);
    let low = Number.POSITIVE_INFINITY;
    const take = (): RawRequest | undefined => {
      // Before garbage is collected the memory says nothing, so the lowest value counts.
      if (left % 100 === 0) low = Math.min(low, web.residentBytes());
      return left-- > 0 ? next() : undefined;
    };
    found.push(...(await sendAll(web, take, AT_ONCE)));
    lowest.push(low);
    console.log(`  ${fifth} of ${FIFTHS}: ${Math.round(low / 1024 ** 2)} MB, ${found.length} violations`);
  }
  const growth = (lowest.at(-1) ?? 0) - (lowest[2] ?? 0);
  if (growth > GROWTH_MAX_BYTES) found.push(`memory grew by ${Math.round(growth / 1024 ** 2)} MB`);
  return [...found, ...loggedErrors(web).map((line) => `logged: ${line.slice(0, 300)}`)];
}
