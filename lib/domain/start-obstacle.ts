// Why the next job of a lane does not start: the host of the lane, or every host, cannot start it. Claims follow the same rules
// (lib/db/runs.ts). Pure.

/** What decides whether a host starts a job. */
type HostState = {
  name: string;
  isResponding: boolean;
  drain: { by: string; reason: string } | null;
  claimProblem: string | null;
  operations: readonly string[] | null;
};

type NextJob = {
  kind: string;
  /** The hosts that may run its operation; null: any. */
  hosts: readonly string[] | null;
  /** Hosts that could not start it before. */
  failedStarts: readonly { host: string; reason: string }[];
};

export type StartObstacle =
  /** Only other hosts may run the operation. */
  | { kind: "not_permitted"; host: string; hosts: readonly string[] }
  /** The host could not start it before, and does not try again. */
  | { kind: "failed_start"; host: string; reason: string }
  /** No worker of the host can do the operation. */
  | { kind: "not_able"; host: string }
  | { kind: "not_responding"; host: string }
  | { kind: "drained"; host: string; by: string; reason: string }
  | { kind: "claim_problem"; host: string; problem: string }
  /** The lane is bound to no host yet, and no connected one can start the job. */
  | { kind: "no_host" };

/** @param laneHost null before the first job of the lane. @returns undefined if a host can start the job. */
export function startObstacle(
  job: NextJob,
  laneHost: string | null,
  hosts: readonly HostState[],
): StartObstacle | undefined {
  if (laneHost !== null) {
    const host = hosts.find(({ name }) => name === laneHost);
    return obstacleOn(laneHost, host, job);
  }
  const connected = hosts.filter(({ isResponding }) => isResponding);
  const isBlocked = connected.every((host) => obstacleOn(host.name, host, job) !== undefined);
  return connected.length > 0 && isBlocked ? { kind: "no_host" } : undefined;
}

/** What lasts longest first: a host that comes back would not help if it may not run the operation. */
function obstacleOn(name: string, host: HostState | undefined, job: NextJob): StartObstacle | undefined {
  if (job.hosts !== null && !job.hosts.includes(name)) {
    return { kind: "not_permitted", host: name, hosts: job.hosts };
  }
  const failure = job.failedStarts.find((one) => one.host === name);
  if (failure !== undefined) return { kind: "failed_start", host: name, reason: failure.reason };
  if (host?.isResponding !== true) return { kind: "not_responding", host: name };
  if (host.operations?.includes(job.kind) === false) return { kind: "not_able", host: name };
  if (host.drain !== null) {
    return { kind: "drained", host: name, by: host.drain.by, reason: host.drain.reason };
  }
  if (host.claimProblem !== null) {
    return { kind: "claim_problem", host: name, problem: host.claimProblem };
  }
  return undefined;
}
