// Answers searches for errors as OpenSearch does, as far as SpiderPig asks: counts by minute, version and message. Its front page
// stands for the dashboard of a site.
import { z } from "zod";
import { escapeHtml, type Handler, readBody, send, sendPage, sendText } from "../http.ts";
import type { ErrorLog, LoggedError } from "./error-log.ts";

const MINUTE_MS = 60_000;

type Aggregation = {
  date_histogram?: object | undefined;
  terms?: { field: string; size: number } | undefined;
  min?: object | undefined;
  aggs?: Record<string, Aggregation> | undefined;
};
const aggregation: z.ZodType<Aggregation> = z.object({
  date_histogram: z.object({ fixed_interval: z.literal("1m") }).optional(),
  terms: z.object({ field: z.enum(["message.keyword", "version.keyword"]), size: z.int() }).optional(),
  min: z.object({ field: z.literal("@timestamp") }).optional(),
  get aggs() {
    return z.record(z.string(), aggregation).optional();
  },
});
const range = z.object({ range: z.object({ "@timestamp": z.object({ gte: z.number(), lt: z.number() }) }) });
const searchRequest = z.object({
  query: z.object({ bool: z.object({ filter: z.tuple([range], z.unknown()) }) }),
  aggs: z.record(z.string(), aggregation),
});

export function searchServer(log: ErrorLog): Handler {
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://sandbox");
    if (request.method === "GET" && pathname === "/") return sendPage(response, 200, dashboard(log));
    if (request.method !== "POST" || !pathname.endsWith("/_search")) {
      return sendText(response, 404, "Not found\n");
    }
    const parsed = searchRequest.safeParse(JSON.parse(String((await readBody(request)) ?? "null")));
    if (!parsed.success) return sendText(response, 400, z.prettifyError(parsed.error));
    const { gte: from, lt: to } = parsed.data.query.bool.filter[0].range["@timestamp"];
    const found = {
      timed_out: false,
      _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
      hits: { hits: [] },
      aggregations: aggregate(parsed.data.aggs, log.list(from, to), { from, to }),
    };
    send(response, 200, "application/json; charset=utf-8", JSON.stringify(found));
  };
}

type Range = { from: number; to: number };

function aggregate(
  aggs: Record<string, Aggregation>,
  errors: readonly LoggedError[],
  period: Range,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(aggs).map(([name, asked]) => [name, resultOf(asked, errors, period)]),
  );
}

function resultOf(asked: Aggregation, errors: readonly LoggedError[], period: Range): unknown {
  const bucket = (key: string | number, inBucket: readonly LoggedError[]) => ({
    key,
    doc_count: inBucket.length,
    ...aggregate(asked.aggs ?? {}, inBucket, period),
  });
  if (asked.date_histogram !== undefined) {
    const byMinute = Map.groupBy(errors, ({ at }) => at - (at % MINUTE_MS));
    return { buckets: minutesOf(period).map((minute) => bucket(minute, byMinute.get(minute) ?? [])) };
  }
  if (asked.terms !== undefined) {
    const { field, size } = asked.terms;
    const groups = Map.groupBy(errors, (one) => (field === "message.keyword" ? one.message : one.version));
    const largest = [...groups].toSorted(([, a], [, b]) => b.length - a.length).slice(0, size);
    return { buckets: largest.map(([key, inBucket]) => bucket(key, inBucket)) };
  }
  return { value: Math.min(...errors.map(({ at }) => at)) };
}

/** Minutes without errors as well. */
function minutesOf({ from, to }: Range): number[] {
  const first = from - (from % MINUTE_MS);
  return Array.from({ length: Math.ceil((to - first) / MINUTE_MS) }, (_, index) => first + index * MINUTE_MS);
}

const SHOWN_MAX = 100;

function dashboard(log: ErrorLog): string {
  const rows = log
    .list(0, Infinity)
    .slice(-SHOWN_MAX)
    .toReversed()
    .map(
      ({ at, server, version, message }) =>
        `<tr><td>${new Date(at).toISOString().slice(11, 19)}<td>${escapeHtml(server)}<td>${escapeHtml(version)}<td>${escapeHtml(message)}`,
    );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark">
<title>Errors of the sandbox</title><style>body { font: 16px/1.5 system-ui, sans-serif; margin: 24px } td { padding: 2px 16px 2px 0 }</style>
<h1>Errors of the sandbox</h1><p>The last ${SHOWN_MAX} errors that its servers logged.</p><table>${rows.join("\n")}</table></html>\n`;
}
