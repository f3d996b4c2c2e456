import type { Metadata } from "next";
import { MessagePage } from "./ui/message-page.tsx";
import { LinkButton } from "./ui/button.tsx";

export const metadata: Metadata = { title: "Not found · SpiderPig" };

export default function NotFound() {
  return (
    <MessagePage title="There is nothing here">
      <p>The address may be mistyped, or the job has a number that does not exist yet.</p>
      <LinkButton href="/" tone="progressive" weight="primary" size="large">
        Go to all jobs
      </LinkButton>
    </MessagePage>
  );
}
