import { redirect } from "next/navigation";
import type { User } from "#lib/domain/permission.ts";
import { currentUser } from "#lib/auth/authorise.ts";

/** The signed-in user. Redirects to the sign-in page, and from there back to `path`, when there is none. */
export async function signedInUser(path: string): Promise<User> {
  const user = await currentUser();
  if (user === undefined) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return user;
}
