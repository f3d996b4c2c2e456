import type { Metadata } from "next";
import { loadWindows } from "#lib/web/window-loaders.ts";
import { signedInUser } from "../../client/signed-in-user.ts";
import { WindowsView } from "../../features/windows/windows-view.tsx";
import { WINDOWS_HREF } from "../../text/page-links.ts";

export const metadata: Metadata = { title: "Windows · SpiderPig" };

export default async function WindowsPage() {
  const user = await signedInUser(WINDOWS_HREF);
  return <WindowsView rendered={await loadWindows(user)} />;
}
