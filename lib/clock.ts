// Time is handed in, so that tests never wait for it.
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
