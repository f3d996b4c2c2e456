import { findTrain } from "#lib/db/train.ts";
import type { Handlers } from "#lib/web/router.ts";
import { services } from "#lib/web/services.ts";

export const trainHandlers = {
  readTrain: async () => ({ train: (await findTrain(services().db)) ?? null }),
} satisfies Partial<Handlers>;
