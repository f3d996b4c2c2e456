import type { Metadata } from "next";
import { MessagePage } from "./ui/message-page.tsx";
import { LinkButton } from "./ui/button.tsx";

export const metadata: Metadata = { title: "Page not found · SpiderPig" };

export default function NotFound() {
  return (
    <MessagePage title="Page not found">
      <p>Check the address. If it is the address of a job, the job does not exist.</p>
      <LinkButton href="/" tone="progressive" weight="primary" size="large">
        View all jobs
      </LinkButton>
    </MessagePage>
  );
}
