// Who is viewing a job: the users with an open event stream of it, in all web processes. Nothing is stored. Each process
// announces its own viewers of a job whenever they change, and regularly. A process that crashes stops announcing, and its
// viewers are dropped.

/** A page that is reloaded leaves and returns within this time, and is not seen to leave. */
const LEAVE_DELAY_MS = 2000;
const ANNOUNCE_EVERY_MS = 5000;
/** Two announcements may be missed. */
const STALE_AFTER_MS = 15_000;

/** The viewers of one job in one process. */
export type Announcement = { jobId: number; processId: string; userIds: readonly string[] };

export type Presence = {
  /** A stream of the job was opened. @returns a function for when it is closed (idempotent). */
  enter(jobId: number, userId: string): () => void;
  /** An announcement arrived, possibly one of our own. */
  receive(announcement: Announcement): void;
  /** The ids of all who view the job, sorted. */
  viewers(jobId: number): readonly string[];
  close(): void;
};

type Options = {
  processId: string;
  announce: (announcements: readonly Announcement[]) => void;
  /** The viewers of a job that this process watches may have changed. */
  onChange: (jobId: number) => void;
};

export function createPresence({ processId, announce, onChange }: Options): Presence {
  const own = createOwnViewers((jobId) => {
    if (!own.has(jobId)) others.forget(jobId);
    announce([announcementOf(jobId)]);
    onChange(jobId);
  });
  const others = createOtherViewers();
  const ticker = setInterval(() => {
    const jobIds = own.jobIds();
    if (jobIds.length > 0) announce(jobIds.map(announcementOf));
    for (const jobId of others.dropStale()) onChange(jobId);
  }, ANNOUNCE_EVERY_MS).unref();

  function announcementOf(jobId: number): Announcement {
    return { jobId, processId, userIds: own.of(jobId) };
  }

  return {
    enter: (jobId, userId) => own.enter(jobId, userId),
    receive(announcement) {
      // Only jobs that are viewed here matter, so that memory is bounded by our own streams.
      const { jobId } = announcement;
      if (announcement.processId === processId || !own.has(jobId)) return;
      const { isNew, hasChanged } = others.put(announcement);
      // A process that has just got its first viewer does not know ours yet.
      if (isNew) announce([announcementOf(jobId)]);
      if (hasChanged) onChange(jobId);
    },
    viewers: (jobId) => [...new Set([...own.of(jobId), ...others.of(jobId)])].toSorted(),
    close() {
      clearInterval(ticker);
      own.close();
    },
  };
}

/** The open streams of this process, counted by job and user. One that was closed counts a little longer. */
function createOwnViewers(onChange: (jobId: number) => void) {
  const counts = new Map<number, Map<string, number>>();
  const timers = new Set<NodeJS.Timeout>();

  function leave(jobId: number, userId: string): void {
    const users = counts.get(jobId);
    const left = (users?.get(userId) ?? 0) - 1;
    if (left > 0) return void users?.set(userId, left);
    users?.delete(userId);
    if (users?.size === 0) counts.delete(jobId);
    onChange(jobId);
  }

  return {
    enter(jobId: number, userId: string): () => void {
      const users = counts.get(jobId) ?? new Map<string, number>();
      counts.set(jobId, users);
      const before = users.get(userId) ?? 0;
      users.set(userId, before + 1);
      if (before === 0) onChange(jobId);
      let hasLeft = false;
      return () => {
        if (hasLeft) return;
        hasLeft = true;
        const timer = setTimeout(() => {
          timers.delete(timer);
          leave(jobId, userId);
        }, LEAVE_DELAY_MS).unref();
        timers.add(timer);
      };
    },
    has: (jobId: number) => counts.has(jobId),
    of: (jobId: number) => [...(counts.get(jobId)?.keys() ?? [])],
    jobIds: () => [...counts.keys()],
    close() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** What the other processes announced last, by job and process. */
function createOtherViewers() {
  const jobs = new Map<number, Map<string, { userIds: readonly string[]; at: number }>>();
  return {
    put({ jobId, processId, userIds }: Announcement): { isNew: boolean; hasChanged: boolean } {
      const processes = jobs.get(jobId) ?? new Map<string, { userIds: readonly string[]; at: number }>();
      jobs.set(jobId, processes);
      const before = processes.get(processId);
      if (userIds.length === 0) processes.delete(processId);
      else processes.set(processId, { userIds, at: Date.now() });
      return {
        isNew: before === undefined && userIds.length > 0,
        hasChanged: (before?.userIds ?? []).join() !== userIds.join(),
      };
    },
    of: (jobId: number) => [...(jobs.get(jobId)?.values() ?? [])].flatMap(({ userIds }) => userIds),
    forget: (jobId: number) => jobs.delete(jobId),
    /** @returns the jobs that have lost a viewer. */
    dropStale(): number[] {
      const staleBefore = Date.now() - STALE_AFTER_MS;
      const changed: number[] = [];
      for (const [jobId, processes] of jobs) {
        const stale = [...processes].filter(([, { at }]) => at < staleBefore);
        for (const [processId] of stale) processes.delete(processId);
        if (stale.length > 0) changed.push(jobId);
      }
      return changed;
    },
  };
}
