import type { Metadata } from "next";
import { loadOwnAccount } from "#lib/web/loaders.ts";
import { signedInUser } from "../../client/signed-in-user.ts";
import { AccountView } from "../../features/account/account-view.tsx";

export const metadata: Metadata = { title: "Account · SpiderPig" };

export default async function AccountPage() {
  const user = await signedInUser("/account");
  return <AccountView rendered={await loadOwnAccount(user)} />;
}
