import type { Metadata } from "next";
import { loadLanes } from "#lib/web/admin-loaders.ts";
import { signedInUser } from "../../../client/signed-in-user.ts";
import { LanesView } from "../../../features/admin/lanes-view.tsx";

export const metadata: Metadata = { title: "Lanes · SpiderPig" };

export default async function AdminLanesPage() {
  const user = await signedInUser("/admin/lanes");
  return <LanesView {...await loadLanes(user)} />;
}
