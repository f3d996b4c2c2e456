import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { User } from "#lib/domain/permission.ts";
import { AppError } from "#lib/errors.ts";
import { loadWindow } from "#lib/web/window-loaders.ts";
import type { DeploymentWindow } from "#lib/contract/window.ts";
import { signedInUser } from "../../../client/signed-in-user.ts";
import { WindowView } from "../../../features/windows/window-view.tsx";
import { windowHref } from "../../../text/page-links.ts";

type WindowPageProps = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: WindowPageProps): Promise<Metadata> {
  return { title: `Window ${(await params).id} · SpiderPig` };
}

export default async function WindowPage({ params }: WindowPageProps) {
  const { id: text } = await params;
  if (!/^[1-9]\d{0,8}$/.test(text)) notFound();
  const id = Number(text);
  const user = await signedInUser(windowHref(id));
  const window = await load(user, id);
  if (window === undefined) notFound();
  return <WindowView key={id} rendered={window} />;
}

async function load(user: User, id: number): Promise<DeploymentWindow | undefined> {
  try {
    return await loadWindow(user, id);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_found") return undefined;
    throw error;
  }
}
