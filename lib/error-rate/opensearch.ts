// Reads errors from OpenSearch or Elasticsearch with one aggregation: minutes, in each the versions, in each the messages. The
// source counts; no document is transferred.
import { z } from "zod";
import type { ErrorBucket } from "../domain/error-rate.ts";
import type { OpenSearchSettings } from "../error-settings.ts";
import { requestJson } from "./request.ts";
import { type ErrorSource, ErrorSourceFailure } from "./source.ts";

/** Of each minute. Rarer ones count in the errors of the minute, without a message. */
const VERSIONS_MAX = 5;
const MESSAGES_MAX = 50;
const SEARCH_TIMEOUT = "6s";

const bucket = <Shape extends z.ZodRawShape>(key: z.ZodType<string | number>, shape: Shape) =>
  z.object({ key, doc_count: z.int(), ...shape });
const buckets = <Item extends z.ZodType>(item: Item) => z.object({ buckets: z.array(item) });

const searchResponse = z.object({
  timed_out: z.boolean(),
  _shards: z.object({ total: z.int(), failed: z.int() }),
  aggregations: z
    .object({
      minutes: buckets(
        bucket(z.number(), {
          versions: buckets(
            bucket(z.coerce.string(), {
              messages: buckets(
                bucket(z.coerce.string(), { first: z.object({ value: z.number().nullable() }) }),
              ),
            }),
          ),
        }),
      ),
    })
    .optional(),
});

export function createOpenSearch({
  settings,
  authorization,
  timeoutMs,
}: {
  settings: OpenSearchSettings;
  authorization: string | undefined;
  timeoutMs?: number;
}): ErrorSource {
  const url = new URL(`${settings.url}/${encodeURIComponent(settings.index)}/_search`);
  // An index that was deleted meanwhile is no failure; none at all is one, and is detected by the number of shards.
  url.searchParams.set("ignore_unavailable", "true");
  return {
    async read(from, now) {
      const body = searchBody(settings, from, now);
      const found = await requestJson(
        { url, authorization, body, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
        searchResponse,
      );
      if (found._shards.total === 0) throw new ErrorSourceFailure(url, "has no index with this name");
      if (found.timed_out || found._shards.failed > 0 || found.aggregations === undefined) {
        throw new ErrorSourceFailure(url, "sent incomplete results");
      }
      const minutes = found.aggregations.minutes.buckets;
      return {
        asOf: now,
        minutes: minutes.map(({ key, doc_count }) => ({ minute: Number(key), errors: doc_count })),
        buckets: minutes.flatMap((minute) => bucketsOf(minute)),
      };
    },
  };
}

type Minute = NonNullable<z.infer<typeof searchResponse>["aggregations"]>["minutes"]["buckets"][number];

function bucketsOf(minute: Minute): ErrorBucket[] {
  const start = Number(minute.key);
  return minute.versions.buckets.flatMap((version) =>
    version.messages.buckets.map((message) => ({
      minute: start,
      version: String(version.key),
      message: String(message.key),
      errors: message.doc_count,
      firstAt: message.first.value ?? start,
    })),
  );
}

function searchBody(settings: OpenSearchSettings, from: number, now: number): object {
  const { query, timeField, messageField, versionField } = settings;
  const terms = (field: string, size: number) => ({ field, size, missing: "" });
  return {
    size: 0,
    track_total_hits: false,
    timeout: SEARCH_TIMEOUT,
    query: {
      bool: {
        filter: [
          { range: { [timeField]: { gte: from, lt: now, format: "epoch_millis" } } },
          { query_string: { query } },
        ],
      },
    },
    aggs: {
      minutes: {
        date_histogram: {
          field: timeField,
          fixed_interval: "1m",
          // Minutes without errors as well.
          min_doc_count: 0,
          extended_bounds: { min: from, max: now - 1 },
        },
        aggs: {
          versions: {
            terms: terms(versionField, VERSIONS_MAX),
            aggs: {
              messages: {
                terms: terms(messageField, MESSAGES_MAX),
                aggs: { first: { min: { field: timeField } } },
              },
            },
          },
        },
      },
    },
  };
}
