// From the click to the process that waits: the answer request leaves, read() returns.
import { conversation } from "../measure/conversation.ts";
import { latencyRow } from "../measure/result.ts";
import type { Figure } from "./figure.ts";

export const answerTyped: Figure = {
  number: 3,
  name: "an answer reaches scap",
  async run(world, { rounds }) {
    const samples = await conversation(world, rounds);
    const read = samples.map((round) => round.readAt - round.answerSentAt);
    const accepted = samples.map((round) => round.answerAcceptedAt - round.answerSentAt);
    return [
      latencyRow({ figure: 3, name: "answer sent → read by the process" }, read, { p50: 10 }),
      latencyRow({ figure: 3, name: "answer sent → accepted, answered 200" }, accepted),
    ];
  },
};
