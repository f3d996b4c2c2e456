import type { Metadata } from "next";
import { loadTrain } from "#lib/web/loaders.ts";
import { signedInUser } from "../../client/signed-in-user.ts";
import { TrainView } from "../../features/train/train-view.tsx";
import { TRAIN_HREF } from "../../text/train-text.ts";

export const metadata: Metadata = { title: "Train · SpiderPig" };

export default async function TrainPage() {
  const user = await signedInUser(TRAIN_HREF);
  return <TrainView rendered={await loadTrain(user)} />;
}
