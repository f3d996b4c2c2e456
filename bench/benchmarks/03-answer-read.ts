// From the click to the waiting process: the request with the answer is sent, read() returns.
import { conversation } from "../measure/conversation.ts";
import { measureFloor, ratioRow } from "../measure/floor.ts";
import { latencyRow } from "../measure/result.ts";
import type { Benchmark } from "./benchmark.ts";

export const answerRead: Benchmark = {
  number: 3,
  name: "an answer reaches scap",
  async run(installation, { rounds }) {
    const samples = await conversation(installation, rounds);
    const read = samples.map((round) => round.readAt - round.answerSentAt);
    const accepted = samples.map((round) => round.answerAcceptedAt - round.answerSentAt);
    const floorMs = await measureFloor(installation);
    return [
      latencyRow({ benchmark: 3, name: "answer sent → read by the process" }, read, { p50: 25 }),
      ratioRow(
        { benchmark: 3, name: "the same, as a multiple of a commit and a notification" },
        read,
        floorMs,
        6,
      ),
      latencyRow({ benchmark: 3, name: "answer sent → accepted, response 200" }, accepted),
    ];
  },
};
