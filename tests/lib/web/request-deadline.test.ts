// A request that arrives after its deadline changes nothing, whatever delayed it.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { AppError } from "#lib/errors.ts";
import { refuseLate } from "#lib/web/request-deadline.ts";
import { startApi } from "./api.ts";
import { aJob } from "../../seed/seed.ts";

const api = await startApi(after);

const inSeconds = (seconds: number) => ({
  "request-deadline": new Date(Date.now() + seconds * 1000).toISOString(),
});

async function aQuestion(lane: string): Promise<string> {
  const { id, pendingId } = await aJob(api.db, { lane }).waiting({ on: "yes_no" });
  return `/api/jobs/${id}/interactions/${pendingId}/answer`;
}

test("an answer that arrives late is refused and not typed; the error contains the server time", async () => {
  const path = await aQuestion("late");
  const body = { value: true };

  const { status, code, serverTime } = await api.refused(path, {
    method: "PUT",
    body,
    headers: inSeconds(-1),
  });

  assert.deepEqual([status, code], [412, "request_too_late"]);
  assert.ok(Math.abs(Date.parse(String(serverTime)) - Date.now()) < 60_000);
  // The question is still pending: the same answer, sent again, is accepted as the first.
  const again = await api.call(path, { method: "PUT", body, headers: inSeconds(30) });
  assert.equal(again.status, 200);
});

test("so is a signal, a job, and every other request that changes something", async () => {
  const { id } = await aJob(api.db, { lane: "late-2" }).running();
  const headers = inSeconds(-1);
  const late = { method: "POST", headers } as const;

  const codes = [
    await api.refused(`/api/jobs/${id}/signals`, { ...late, body: { kind: "kill" } }),
    await api.refused("/api/jobs", { ...late, body: { kind: "backport", changes: ["1234"] } }),
    await api.refused("/api/lanes/late-2/freeze", { method: "DELETE", as: "admin", headers }),
  ].map(({ code }) => code);

  assert.deepEqual(codes, ["request_too_late", "request_too_late", "request_too_late"]);
});

test("a caller without permission gets only that error", async () => {
  const path = await aQuestion("late-3");
  const call = { method: "PUT", as: "viewer", body: { value: true }, headers: inSeconds(-1) } as const;

  assert.equal((await api.refused(path, call)).code, "not_permitted");
});

test("an invalid deadline is rejected, and a deadline is optional", async () => {
  const path = await aQuestion("late-4");
  const body = { value: true };

  const { code } = await api.refused(path, { method: "PUT", body, headers: { "request-deadline": "soon" } });

  assert.equal(code, "invalid_request");
  assert.equal((await api.call(path, { method: "PUT", body })).status, 200);
});

test("a request whose client has disconnected is not executed", () => {
  const request = new Request("https://deploy.example.org/api/jobs", {
    method: "POST",
    signal: AbortSignal.abort(),
  });

  assert.throws(
    () => refuseLate(request),
    (error) => error instanceof AppError && error.code === "request_too_late",
  );
});
