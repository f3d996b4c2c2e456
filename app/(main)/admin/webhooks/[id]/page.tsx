import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { AppError } from "#lib/errors.ts";
import { loadWebhookDeliveries } from "#lib/web/admin-loaders.ts";
import { signedInUser } from "../../../../client/signed-in-user.ts";
import { WebhookView } from "../../../../features/admin/webhook-view.tsx";
import { webhookHref } from "../../../../text/page-links.ts";

export const metadata: Metadata = { title: "Webhook · SpiderPig" };

type WebhookPageProps = { params: Promise<{ id: string }> };

export default async function WebhookPage({ params }: WebhookPageProps) {
  const { id: text } = await params;
  if (!/^[1-9]\d{0,8}$/.test(text)) notFound();
  const id = Number(text);
  const user = await signedInUser(webhookHref(id));
  const found = await load(user, id);
  if (found === undefined) notFound();
  return <WebhookView {...found} />;
}

async function load(...[user, id]: Parameters<typeof loadWebhookDeliveries>) {
  try {
    return await loadWebhookDeliveries(user, id);
  } catch (error) {
    if (error instanceof AppError && error.code === "webhook_not_found") return undefined;
    throw error;
  }
}
