// Reads errors from Prometheus with one range query, whose value at the end of a minute is the number of errors in it. Its series
// may have the labels `message` and `version`.
import { z } from "zod";
import { type ErrorBucket, MINUTE_MS, startOfMinute } from "../domain/error-rate.ts";
import type { PrometheusSettings } from "../error-settings.ts";
import { requestJson } from "./request.ts";
import { type ErrorSource, ErrorSourceFailure } from "./source.ts";

/** More would be more than a person reads, and PostgreSQL keeps them for a day. */
const SERIES_MAX = 250;
const NO_LABEL = "All errors";

const rangeResponse = z.object({
  status: z.literal("success"),
  data: z.object({
    resultType: z.literal("matrix"),
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        values: z.array(z.tuple([z.number(), z.string()])),
      }),
    ),
  }),
});

export function createPrometheus({
  settings,
  authorization,
  timeoutMs,
}: {
  settings: PrometheusSettings;
  authorization: string | undefined;
  timeoutMs?: number;
}): ErrorSource {
  const address = new URL(`${settings.url}/api/v1/query_range`);
  return {
    async read(from, now) {
      // A minute is known when it is over.
      const asOf = startOfMinute(now);
      const url = new URL(address);
      url.search = String(
        new URLSearchParams({
          query: settings.query,
          start: String((from + MINUTE_MS) / 1000),
          end: String(asOf / 1000),
          step: "60",
        }),
      );
      const { data } = await requestJson(
        { url, authorization, ...(timeoutMs === undefined ? {} : { timeoutMs }) },
        rangeResponse,
      );
      if (data.result.length === 0) throw new ErrorSourceFailure(address, "has no series for the query");
      const buckets = data.result.flatMap(({ metric, values }) => bucketsOf(metric, values));
      return { asOf, minutes: minutesOf(buckets), buckets: largest(buckets) };
    },
  };
}

function bucketsOf(
  metric: Readonly<Record<string, string>>,
  values: readonly (readonly [number, string])[],
): ErrorBucket[] {
  return values
    .map(([seconds, value]) => ({
      minute: startOfMinute(seconds * 1000 - MINUTE_MS),
      version: metric["version"] ?? "",
      message: metric["message"] ?? NO_LABEL,
      errors: Math.round(Number(value)),
      // When in the minute it occurred is not known. The end: an error of the minute in which a deployment began counts as new.
      firstAt: seconds * 1000,
    }))
    .filter(({ errors }) => Number.isSafeInteger(errors) && errors >= 0);
}

/** Minutes in which a series has a value: there are none while Prometheus did not run. */
function minutesOf(buckets: readonly ErrorBucket[]): { minute: number; errors: number }[] {
  const errors = new Map<number, number>();
  for (const bucket of buckets) {
    errors.set(bucket.minute, (errors.get(bucket.minute) ?? 0) + bucket.errors);
  }
  return [...errors].map(([minute, sum]) => ({ minute, errors: sum }));
}

function largest(buckets: readonly ErrorBucket[]): ErrorBucket[] {
  const byMinute = Map.groupBy(
    buckets.filter(({ errors }) => errors > 0),
    ({ minute }) => minute,
  );
  return [...byMinute.values()].flatMap((inMinute) =>
    inMinute.toSorted((a, b) => b.errors - a.errors).slice(0, SERIES_MAX),
  );
}
