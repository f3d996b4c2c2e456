import type { Metadata } from "next";
import { loadPeople } from "#lib/web/admin-loaders.ts";
import { signedInUser } from "../../../client/signed-in-user.ts";
import { PeopleView } from "../../../features/admin/people-view.tsx";

export const metadata: Metadata = { title: "People · SpiderPig" };

export default async function AdminPeoplePage() {
  const user = await signedInUser("/admin/people");
  return <PeopleView people={await loadPeople(user)} />;
}
