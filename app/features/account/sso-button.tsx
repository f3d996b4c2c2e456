"use client";
// Sends the browser to the site's identity provider. Why that fails is shown here; what happens there, when it comes back.
import { useState } from "react";
import { call } from "../../client/api.ts";
import { useAction } from "../../client/use-action.ts";
import { useIsBrowser } from "../../client/use-now.tsx";
import { Button } from "../../ui/button.tsx";
import { ProblemNotice } from "../../ui/problem-notice.tsx";
import styles from "./sign-in.module.css";

export function SsoButton({ label, nextPath }: { label: string; nextPath: string }) {
  const isBrowser = useIsBrowser();
  const [isDone, setIsDone] = useState(false);
  const start = useAction(async (_, onSlow) => {
    const { url } = await call("POST /api/auth/sso/start", { body: { next: nextPath }, onSlow });
    setIsDone(true);
    window.location.assign(url);
  });
  const isBusy = start.isRunning || isDone;
  return (
    <div className={styles.form}>
      <Button
        tone="progressive"
        weight="primary"
        size="large"
        disabled={!isBrowser}
        isActivating={!isBrowser}
        isBusy={isBusy}
        onClick={() => start.run()}
      >
        {isBusy ? "Opening…" : `Continue with ${label}`}
      </Button>
      {start.problem !== undefined && <ProblemNotice problem={start.problem} />}
    </div>
  );
}
