// From the printed question to its row: on a quiet terminal, and while another process floods the same terminal, so
// that the question is under other output before anybody looks.
import { conversation, type Round } from "../measure/conversation.ts";
import { latencyRow } from "../measure/result.ts";
import type { Figure } from "./figure.ts";

const SIBLING_BYTES_PER_SECOND = 5_000_000;

export const questionStored: Figure = {
  number: 6,
  name: "a question reaches the database",
  async run(world, { rounds }) {
    const quiet = stored(await conversation(world, rounds));
    const flooded = stored(await conversation(world, rounds, SIBLING_BYTES_PER_SECOND));
    const bar = { p50: 10, p99: 60 };
    return [
      latencyRow({ figure: 6, name: "question printed → interaction row, quiet terminal" }, quiet, bar),
      latencyRow({ figure: 6, name: "the same while a sibling prints 5 MB/s" }, flooded, bar),
    ];
  },
};

function stored(rounds: readonly Round[]): number[] {
  return rounds.map((round) => round.rowAt - round.printedAt);
}
