// From the moment scap prints a question to the event that puts the buttons on every screen.
import { conversation } from "../measure/conversation.ts";
import { latencyRow } from "../measure/result.ts";
import type { Figure } from "./figure.ts";

export const questionShown: Figure = {
  number: 2,
  name: "a question reaches the browser",
  async run(world, { rounds }) {
    const samples = (await conversation(world, rounds)).map((round) => round.eventAt - round.printedAt);
    return [
      latencyRow({ figure: 2, name: "question printed → interaction event at an SSE client" }, samples, {
        p50: 30,
      }),
    ];
  },
};
