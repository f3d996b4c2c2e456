import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ID_MAX } from "#lib/domain/id.ts";
import { loadAttempts } from "#lib/web/loaders.ts";
import { signedInUser } from "../../../client/signed-in-user.ts";
import { ChangeView } from "../../../features/history/change-view.tsx";
import { changeHref } from "../../../text/page-links.ts";

type ChangePageProps = { params: Promise<{ number: string }> };

export async function generateMetadata({ params }: ChangePageProps): Promise<Metadata> {
  return { title: `Change ${(await params).number} · SpiderPig` };
}

export default async function ChangePage({ params }: ChangePageProps) {
  const { number: text } = await params;
  const number = Number(text);
  if (!/^[1-9]\d{0,9}$/.test(text) || number > ID_MAX) notFound();
  const user = await signedInUser(changeHref(number));
  return <ChangeView number={number} attempts={await loadAttempts(user, number)} />;
}
