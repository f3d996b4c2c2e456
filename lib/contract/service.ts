// SpiderPig itself: its health, its metrics, and the description of its interface.
import { z } from "zod";
import { type Endpoint, file, json } from "./endpoint.ts";

export const health = z.object({
  status: z.enum(["ok", "degraded"]),
  database: z.enum(["ok", "unreachable"]),
  /** Workers with a recent heartbeat. */
  workers: z.int(),
  version: z.string(),
});
export type Health = z.infer<typeof health>;

export const readiness = z.object({
  /** `draining`: it is about to stop. */
  status: z.enum(["ready", "draining"]),
});

export const serviceEndpoints = {
  health: {
    method: "GET",
    path: "/api/health",
    summary: "Check the database connection and count the workers. 503 if the database is unreachable.",
    permission: null,
    response: json(health, 200, 503),
  },
  ready: {
    method: "GET",
    path: "/api/ready",
    summary:
      "Whether this process takes new requests, for load balancers. 503 as soon as it is about to stop. It says nothing about the database, which all processes share.",
    permission: null,
    response: json(readiness, 200, 503),
  },
  metrics: {
    method: "GET",
    path: "/api/metrics",
    summary: "Metrics for Prometheus.",
    permission: "view",
    response: file("text/plain"),
  },
  openApi: {
    method: "GET",
    path: "/api/openapi.json",
    summary: "This document.",
    permission: "view",
    response: json(z.record(z.string(), z.unknown()), 200),
  },
} as const satisfies Record<string, Endpoint>;
