"use client";
import { type ApiProblem, SLOW_PROBLEM } from "../client/api.ts";
import { Notice } from "./notice.tsx";
import { SignInLink } from "./sign-in-link.tsx";

/** What the server refused, and why. */
export function ProblemNotice({ problem }: { problem: ApiProblem }) {
  return (
    <Notice tone={problem.code === SLOW_PROBLEM.code ? "warning" : "error"} announced="at once">
      <strong>{problem.title}</strong> {problem.detail}
      {problem.code === "not_signed_in" && (
        <>
          {" "}
          <SignInLink />
        </>
      )}
    </Notice>
  );
}
