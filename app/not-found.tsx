import type { Metadata } from "next";
import { MessagePage } from "./ui/message-page.tsx";

export const metadata: Metadata = { title: "Page not found · SpiderPig" };

export default function NotFound() {
  return (
    <MessagePage title="Page not found">
      <p>Check the address. If it is the address of a job, the job does not exist.</p>
      {/* oxlint-disable-next-line nextjs/no-html-link-for-pages -- a Link would cost every page its script */}
      <a href="/">View all jobs</a>
    </MessagePage>
  );
}
