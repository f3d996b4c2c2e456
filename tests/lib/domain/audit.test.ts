import assert from "node:assert/strict";
import { test } from "node:test";
import { AUDIT_KINDS, type AuditKind, logFields } from "#lib/domain/audit.ts";

const fieldsOf = (kind: AuditKind) =>
  logFields({ id: 7, at: new Date("2026-11-30T12:00:00Z"), kind, origin: { channel: "session" } });

test("the log line of an audit event has the fields of the Elastic Common Schema", () => {
  assert.deepEqual(
    logFields({
      id: 7,
      at: new Date("2026-11-30T12:00:00Z"),
      kind: "role_changed",
      actor: "admin",
      target: "alice",
      details: { from: "viewer", to: "deployer" },
      origin: { channel: "session", address: "192.0.2.7", userAgent: "Firefox", requestId: "r1" },
    }),
    {
      "event.created": "2026-11-30T12:00:00.000Z",
      "event.id": "7",
      "event.action": "role_changed",
      "event.category": ["iam"],
      "event.outcome": "success",
      "user.name": "admin",
      "user.target.name": "alice",
      "source.ip": "192.0.2.7",
      "user_agent.original": "Firefox",
      "http.request.id": "r1",
      channel: "session",
      details: { from: "viewer", to: "deployer" },
    },
  );
});

test("sign-ins are authentication, changes of accounts are iam, the rest is configuration", () => {
  const category = (kind: AuditKind) => fieldsOf(kind)["event.category"][0];
  assert.deepEqual(
    AUDIT_KINDS.filter((kind) => category(kind) === "authentication"),
    ["signed_in", "sign_in_failed", "signed_out", "second_factor_failed"],
  );
  for (const kind of ["account_added", "role_changed", "token_revoked", "all_sessions_ended"] as const) {
    assert.equal(category(kind), "iam", kind);
  }
  for (const kind of ["sensitive_lines_shown", "lane_frozen", "job_declared_lost"] as const) {
    assert.equal(category(kind), "configuration", kind);
  }
});

test("failed sign-ins and failed second factors are failures", () => {
  assert.deepEqual(
    AUDIT_KINDS.filter((kind) => fieldsOf(kind)["event.outcome"] === "failure"),
    ["sign_in_failed", "second_factor_failed"],
  );
});
