import type { Interaction } from "#lib/wire/schemas.ts";

/** How long scap waited for people in all, up to `nowMs` for a question that is still open. */
export function waitedMs(
  interactions: readonly Pick<Interaction, "askedAt" | "endedAt">[],
  nowMs: number,
): number {
  return interactions.reduce((sum, one) => {
    const until = one.endedAt === null ? nowMs : Date.parse(one.endedAt);
    return sum + Math.max(0, until - Date.parse(one.askedAt));
  }, 0);
}
