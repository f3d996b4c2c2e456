// From the printed question to its row: on a quiet terminal, and while another process floods the same terminal and
// covers the question with other output.
import { conversation, type Round } from "../measure/conversation.ts";
import { latencyRow } from "../measure/result.ts";
import type { Benchmark } from "./benchmark.ts";

const SIBLING_BYTES_PER_SECOND = 5_000_000;

export const questionStored: Benchmark = {
  number: 6,
  name: "a question reaches the database",
  async run(installation, { rounds }) {
    const quiet = stored(await conversation(installation, rounds));
    const flooded = stored(await conversation(installation, rounds, SIBLING_BYTES_PER_SECOND));
    const target = { p50: 10, p99: 60 };
    return [
      latencyRow({ benchmark: 6, name: "question printed → interaction row, quiet terminal" }, quiet, target),
      latencyRow({ benchmark: 6, name: "the same while a sibling prints 5 MB/s" }, flooded, target),
    ];
  },
};

function stored(rounds: readonly Round[]): number[] {
  return rounds.map((round) => round.rowAt - round.printedAt);
}
