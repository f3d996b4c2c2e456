import type { Metadata } from "next";
import { loadWebhooks } from "#lib/web/admin-loaders.ts";
import { signedInUser } from "../../../client/signed-in-user.ts";
import { WebhooksView } from "../../../features/admin/webhooks-view.tsx";
import { WEBHOOKS_HREF } from "../../../text/page-links.ts";

export const metadata: Metadata = { title: "Webhooks · SpiderPig" };

export default async function WebhooksPage() {
  const user = await signedInUser(WEBHOOKS_HREF);
  return <WebhooksView webhooks={await loadWebhooks(user)} />;
}
