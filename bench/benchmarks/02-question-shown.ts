// From the printed question to the event that shows its buttons in a browser.
import { conversation } from "../measure/conversation.ts";
import { latencyRow } from "../measure/result.ts";
import type { Benchmark } from "./benchmark.ts";

export const questionShown: Benchmark = {
  number: 2,
  name: "a question reaches the browser",
  async run(installation, { rounds }) {
    const samples = (await conversation(installation, rounds)).map(
      (round) => round.eventAt - round.printedAt,
    );
    return [
      latencyRow({ benchmark: 2, name: "question printed → interaction event at an SSE client" }, samples, {
        p50: 30,
      }),
    ];
  },
};
