// From the printed question to the event that shows its buttons in a browser.
import { conversation } from "../measure/conversation.ts";
import { measureFloor, ratioRow } from "../measure/floor.ts";
import { latencyRow } from "../measure/result.ts";
import type { Benchmark } from "./benchmark.ts";

export const questionShown: Benchmark = {
  number: 2,
  name: "a question reaches the browser",
  async run(installation, { rounds }) {
    const samples = (await conversation(installation, rounds)).map(
      (round) => round.eventAt - round.printedAt,
    );
    const floorMs = await measureFloor(installation);
    return [
      latencyRow({ benchmark: 2, name: "question printed → interaction event at an SSE client" }, samples, {
        p50: 30,
      }),
      ratioRow(
        { benchmark: 2, name: "the same, as a multiple of a commit and a notification" },
        samples,
        floorMs,
        4,
      ),
    ];
  },
};
