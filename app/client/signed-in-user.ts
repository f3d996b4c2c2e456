import { redirect } from "next/navigation";
import type { User } from "#lib/domain/permission.ts";
import { currentUser } from "#lib/web/authorise.ts";

/** Who looks at this page; strangers are sent to sign in and come back to `path`. */
export async function signedInUser(path: string): Promise<User> {
  const user = await currentUser();
  if (user === undefined) redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  return user;
}
