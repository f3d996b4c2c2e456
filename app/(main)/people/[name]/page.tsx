import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { visibleText } from "#lib/domain/visible-text.ts";
import { loadPerson } from "#lib/web/loaders.ts";
import { signedInUser } from "../../../client/signed-in-user.ts";
import { PersonView } from "../../../features/history/person-view.tsx";
import { personHref } from "../../../text/page-links.ts";

type PersonPageProps = { params: Promise<{ name: string }> };

/** No account has a longer name. */
const NAME_MAX = 100;

export async function generateMetadata({ params }: PersonPageProps): Promise<Metadata> {
  return { title: `${visibleText(nameOf(await params))} · SpiderPig` };
}

export default async function PersonPage({ params }: PersonPageProps) {
  const name = nameOf(await params);
  if (name.length > NAME_MAX || name.includes("\0")) notFound();
  const user = await signedInUser(personHref(name));
  return <PersonView name={name} {...await loadPerson(user, name)} />;
}

/** The server has refused malformed percent-encoding before. */
function nameOf({ name }: { name: string }): string {
  return decodeURIComponent(name);
}
