import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_POLICY } from "#lib/domain/policy.ts";
import type { Session } from "../../../../../app/client/use-session.tsx";
import { isCurrentPage, visiblePages } from "../../../../../app/features/shell/navigation/pages.ts";

const session: Session = {
  user: { name: "ada", role: "viewer" },
  permissions: ["view"],
  sandbox: false,
  taskUrl: null,
  hasTrain: false,
  policy: NO_POLICY,
  errors: null,
  canOverridePolicy: false,
  operations: [],
};
const admin: Session = { ...session, permissions: ["view", "manage_people"] };

test("the pages of administrators are offered to administrators only", () => {
  const labels = (of: Session) => visiblePages(of).map(({ label }) => label);
  assert.ok(!labels(session).includes("Admin"));
  assert.ok(labels(admin).includes("Admin"));
});

test("at most one page is the current one, and a page below another marks that", () => {
  const current = (path: string) =>
    visiblePages(admin)
      .filter((page) => isCurrentPage(page, path))
      .map(({ label }) => label);
  assert.deepEqual(current("/"), ["Deploy"]);
  assert.deepEqual(current("/history"), ["History"]);
  assert.deepEqual(current("/admin/audit"), ["Admin"]);
  assert.deepEqual(current("/jobs/12"), []);
});
