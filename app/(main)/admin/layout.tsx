// The pages of administrators. Other people get a page that says so; the loaders of the pages refuse them as well.
import type { ReactNode } from "react";
import { currentUser } from "#lib/auth/authorise.ts";
import { permittedActions } from "#lib/domain/permission.ts";
import { MessagePage } from "../../ui/message-page.tsx";

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const user = await currentUser();
  // The pages redirect to the sign-in page.
  if (user === undefined || permittedActions(user).includes("manage_people")) return children;
  return (
    <MessagePage title="You don't have permission to view this page">
      <p>It is for admins. Ask one of them if you need something changed.</p>
    </MessagePage>
  );
}
