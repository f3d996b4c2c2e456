// The settings of the error source, a part of lib/config.ts.
import { z } from "zod";
import { url } from "./setting-formats.ts";

const MINUTE_SECONDS = 60;

export const ERROR_SETTINGS = {
  ERRORS_OPENSEARCH_URL: url
    .optional()
    .describe(
      "Base URL of OpenSearch or Elasticsearch: the error rate is shown beside questions. See [docs/error-rate.md](docs/error-rate.md).",
    ),
  ERRORS_OPENSEARCH_INDEX: z
    .string()
    .default("logstash-*")
    .describe("Index or pattern of the logs. Default: `logstash-*`."),
  ERRORS_OPENSEARCH_QUERY: z
    .string()
    .default("level:(ERROR OR CRITICAL OR FATAL)")
    .describe(
      "Which documents are errors, as a query string. Default: `level:(ERROR OR CRITICAL OR FATAL)`.",
    ),
  ERRORS_OPENSEARCH_TIME_FIELD: z
    .string()
    .default("@timestamp")
    .describe("Field with the time. Default: `@timestamp`."),
  ERRORS_OPENSEARCH_MESSAGE_FIELD: z
    .string()
    .default("message.keyword")
    .describe("Field with the message, of type `keyword`. Default: `message.keyword`."),
  ERRORS_OPENSEARCH_VERSION_FIELD: z
    .string()
    .default("version.keyword")
    .describe("Field with the version, of type `keyword`. Default: `version.keyword`."),
  ERRORS_PROMETHEUS_URL: url
    .optional()
    .describe("Base URL of Prometheus, instead of `ERRORS_OPENSEARCH_URL`. Needs `ERRORS_PROMETHEUS_QUERY`."),
  ERRORS_PROMETHEUS_QUERY: z
    .string()
    .optional()
    .describe(
      "Errors of the last minute, for example `sum by (message, version) (increase(app_errors_total[1m]))`. The labels `message` and `version` are used if present.",
    ),
  ERRORS_AUTHORIZATION: z
    .string()
    .regex(/^(Basic|Bearer|ApiKey) \S+$/, "must begin with Basic, Bearer or ApiKey")
    .optional()
    .describe(
      "Header Authorization for the error source, for example `Bearer …` or `ApiKey …`. Default: none.",
    ),
  ERRORS_DASHBOARD_URL: url
    .optional()
    .describe("Address of a dashboard with the errors, linked beside them. Default: no link."),
  ERRORS_INTERVAL_SECONDS: z.coerce
    .number()
    .min(1)
    .max(MINUTE_SECONDS)
    .default(10)
    .describe(
      "How often the error source is read while a job runs; otherwise once a minute. One web process reads it. Default: 10.",
    ),
} as const satisfies Record<string, z.ZodType>;

export type OpenSearchSettings = Readonly<{
  url: string;
  index: string;
  query: string;
  timeField: string;
  messageField: string;
  versionField: string;
}>;

export type PrometheusSettings = Readonly<{ url: string; query: string }>;

export type ErrorSettings = Readonly<
  (
    | { kind: "opensearch"; settings: OpenSearchSettings }
    | { kind: "prometheus"; settings: PrometheusSettings }
  ) & {
    authorization: string | undefined;
    dashboardUrl: string | undefined;
    intervalMs: number;
  }
>;

type Values = z.output<z.ZodObject<typeof ERROR_SETTINGS>>;

/** One line for each setting that does not fit the others. */
export function errorIssues(value: Values): string[] {
  const { ERRORS_OPENSEARCH_URL, ERRORS_PROMETHEUS_URL, ERRORS_PROMETHEUS_QUERY } = value;
  if (ERRORS_PROMETHEUS_URL === undefined) return [];
  if (ERRORS_OPENSEARCH_URL !== undefined) {
    return ["ERRORS_PROMETHEUS_URL: must not be set together with ERRORS_OPENSEARCH_URL"];
  }
  return ERRORS_PROMETHEUS_QUERY === undefined
    ? ["ERRORS_PROMETHEUS_QUERY: must be set, because ERRORS_PROMETHEUS_URL is"]
    : [];
}

/** Undefined if no error source is configured. */
export function errorSettingsOf(value: Values): ErrorSettings | undefined {
  const common = {
    authorization: value.ERRORS_AUTHORIZATION,
    dashboardUrl: value.ERRORS_DASHBOARD_URL,
    intervalMs: value.ERRORS_INTERVAL_SECONDS * 1000,
  };
  if (value.ERRORS_OPENSEARCH_URL !== undefined) {
    const settings = {
      url: value.ERRORS_OPENSEARCH_URL,
      index: value.ERRORS_OPENSEARCH_INDEX,
      query: value.ERRORS_OPENSEARCH_QUERY,
      timeField: value.ERRORS_OPENSEARCH_TIME_FIELD,
      messageField: value.ERRORS_OPENSEARCH_MESSAGE_FIELD,
      versionField: value.ERRORS_OPENSEARCH_VERSION_FIELD,
    };
    return { kind: "opensearch", settings, ...common };
  }
  const { ERRORS_PROMETHEUS_URL: address, ERRORS_PROMETHEUS_QUERY: query } = value;
  if (address === undefined || query === undefined) return undefined;
  return { kind: "prometheus", settings: { url: address, query }, ...common };
}
