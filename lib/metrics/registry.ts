// The metrics of this process, for Prometheus. On globalThis, because Next loads route handlers and instrumentation as separate
// module instances.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { VERSION } from "../version.ts";

/** Seconds, for what people do: a question may stay open for hours. */
const PEOPLE_SECONDS = [5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200];
/** Seconds, for what machines do. */
const MACHINE_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** Seconds, for a phase of a deployment. */
const PHASE_SECONDS = [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1200, 3600];

export type Metrics = ReturnType<typeof createMetrics>;

const KEY = Symbol.for("spiderpig.metrics");
type Holder = { [KEY]?: Metrics };

export function metrics(): Metrics {
  const holder = globalThis as Holder;
  holder[KEY] ??= createMetrics();
  return holder[KEY];
}

/** All metrics as Prometheus reads them. From the first scrape on, the process is measured as well: that costs timers. */
export async function render({ registry } = metrics()): Promise<string> {
  if (registry.getSingleMetric("process_cpu_seconds_total") === undefined) {
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 50 });
  }
  return registry.metrics();
}

/** A value that is read at each scrape. */
export function addGauge(name: string, help: string, read: () => number, to = metrics()): void {
  new Gauge({
    name,
    help,
    registers: [to.registry],
    collect() {
      this.set(read());
    },
  });
}

/** Few labels: each combination of their values is a series of its own. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    name: "spiderpig_build_info",
    help: "1, with the version of this process.",
    labelNames: ["version"],
    registers,
  }).set({ version: VERSION }, 1);
  return {
    registry,
    ...jobMetrics(registers),
    ...processMetrics(registers),
    database: databaseMetrics(registers),
  };
}

function jobMetrics(registers: Registry[]) {
  return {
    events: new Counter({
      name: "spiderpig_job_events_total",
      help: "Events of jobs that this process has recorded, by kind.",
      labelNames: ["kind"],
      registers,
    }),
    ended: new Counter({
      name: "spiderpig_jobs_ended_total",
      help: "Jobs whose end this process has recorded.",
      labelNames: ["operation", "lane", "outcome"],
      registers,
    }),
    queueTime: new Histogram({
      name: "spiderpig_job_queue_seconds",
      help: "From the request of a job to its start.",
      labelNames: ["operation", "lane"],
      buckets: PEOPLE_SECONDS,
      registers,
    }),
    duration: new Histogram({
      name: "spiderpig_job_duration_seconds",
      help: "From the start of a job to its end.",
      labelNames: ["operation", "outcome"],
      buckets: PEOPLE_SECONDS,
      registers,
    }),
    questionAge: new Histogram({
      name: "spiderpig_question_open_seconds",
      help: "From a question to its answer.",
      labelNames: ["operation"],
      buckets: PEOPLE_SECONDS,
      registers,
    }),
    answerDelivery: new Histogram({
      name: "spiderpig_answer_delivery_seconds",
      help: "From an answer to its result: read by the program (consumed) or not.",
      labelNames: ["delivery"],
      buckets: MACHINE_SECONDS,
      registers,
    }),
    phase: new Histogram({
      name: "spiderpig_phase_seconds",
      help: "Duration of a finished phase.",
      labelNames: ["operation", "phase"],
      buckets: PHASE_SECONDS,
      registers,
    }),
  };
}

/** What a web process reads from the database at each scrape. */
function databaseMetrics(registers: Registry[]) {
  return {
    jobs: new Gauge({
      name: "spiderpig_jobs",
      help: "Jobs that have not ended. A lane without such jobs is absent.",
      labelNames: ["lane", "state"],
      registers,
    }),
    queueAge: new Gauge({
      name: "spiderpig_queue_oldest_seconds",
      help: "Age of the job that has been queued for the longest time. A lane without queued jobs is absent.",
      labelNames: ["lane"],
      registers,
    }),
    blockedLanes: new Gauge({
      name: "spiderpig_lane_blocked",
      help: "1 for a lane in which jobs wait and nothing runs, because its host, or every host, cannot start the next one. Other lanes are absent.",
      labelNames: ["lane", "host", "reason"],
      registers,
    }),
    questions: new Gauge({ name: "spiderpig_interactions_pending", help: "Open questions.", registers }),
    questionAge: new Gauge({
      name: "spiderpig_interaction_oldest_seconds",
      help: "Age of the question that has been open for the longest time; 0 without open questions.",
      registers,
    }),
    workers: new Gauge({ name: "spiderpig_workers", help: "Workers with a recent heartbeat.", registers }),
  };
}

function processMetrics(registers: Registry[]) {
  return {
    requests: new Histogram({
      name: "spiderpig_http_request_seconds",
      help: "Requests, from their first byte to the end of the response. Event streams are counted when they end.",
      labelNames: ["method", "route", "status"],
      buckets: MACHINE_SECONDS,
      registers,
    }),
    streams: new Gauge({ name: "spiderpig_event_streams", help: "Open event streams.", registers }),
    connections: new Gauge({
      name: "spiderpig_database_connections",
      help: "Connections of this process's pool, and requests that wait for one.",
      labelNames: ["state"],
      registers,
    }),
  };
}
