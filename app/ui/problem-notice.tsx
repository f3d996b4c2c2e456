"use client";
import { type ApiProblem, SLOW_PROBLEM } from "../client/api.ts";
import { Notice } from "./notice.tsx";
import { SignInLink } from "./sign-in-link.tsx";

/** Why a request failed or was refused. */
export function ProblemNotice({ problem }: { problem: ApiProblem }) {
  return (
    <Notice tone={problem.code === SLOW_PROBLEM.code ? "warning" : "error"} live="assertive">
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
