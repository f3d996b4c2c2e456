// What `npm run doctor` says about an installation that works, and about one that does not.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { freePort } from "../../scripts/ports.ts";
import { inProject } from "../../scripts/root.ts";
import { testDatabase } from "../support/database.ts";
import { bareEnvironment } from "../support/bare-environment.ts";

const database = await testDatabase();
const directory = mkdtempSync(join(tmpdir(), "doctor-"));
after(async () => {
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Nothing listens there. */
const nowhere = `http://127.0.0.1:${await freePort("127.0.0.1")}`;
const scap = join(directory, "scap");
writeFileSync(scap, '#!/bin/sh\n[ "$1" = version ] && echo "scap 4.270.0"\n', { mode: 0o755 });

/** @returns the exit status, and the findings by their names: `ok …`, `warning …` or `failed …`. */
function doctor(part: string, settings: Record<string, string>) {
  const { status, stdout } = spawnSync(process.execPath, [inProject("admin/doctor.ts"), part], {
    encoding: "utf8",
    env: bareEnvironment({ DATA_DIR: join(directory, "data"), ...settings }),
  });
  const findings = [...stdout.matchAll(/^(ok|warning|failed) +([^:\n]+): (.*)$/gm)];
  return {
    status,
    output: stdout,
    findings: new Map(findings.map(([, result, name, message]) => [name, `${result} ${message}`])),
  };
}

test("a worker that can work: everything is ok, with what was found", () => {
  const { status, findings } = doctor("worker", {
    DATABASE_URL: database.workerUrl,
    SCAP_COMMAND: JSON.stringify([scap]),
  });

  assert.match(findings.get("database") ?? "", /^ok PostgreSQL \d+.*, database \w+, writable$/);
  assert.match(findings.get("connection pool") ?? "", /^ok /);
  assert.equal(findings.get("schema"), "ok fits this version");
  assert.equal(findings.get("database role"), "ok spiderpig_worker");
  assert.equal(findings.get("scap"), "ok scap 4.270.0");
  assert.match(findings.get("data directory") ?? "", /is writable/);
  assert.equal(findings.get("journals"), "ok the database knows all 0 jobs of this host");
  assert.equal(status, 0);
});

test("journals of jobs that a restored database does not know are named, and numbers that it would give again", () => {
  const jobs = join(directory, "restored", "jobs");
  for (const id of ["7", "9"]) mkdirSync(join(jobs, id), { recursive: true });
  writeFileSync(join(jobs, "9", "journal"), "");

  const { status, findings, output } = doctor("worker", {
    DATABASE_URL: database.workerUrl,
    SCAP_COMMAND: JSON.stringify([scap]),
    DATA_DIR: join(directory, "restored"),
  });

  assert.match(
    findings.get("journals") ?? "",
    /^failed the database does not know job 9: .*\/jobs\/9 is the only record/,
  );
  assert.match(output, /run "select setval\('spiderpig\.job_id_seq', 9\);"/);
  assert.equal(status, 1);
});

test("a login that owns the tables is a warning, which does not fail the check", () => {
  const { status, findings } = doctor("worker", {
    DATABASE_URL: database.url,
    SCAP_COMMAND: JSON.stringify([scap]),
  });

  assert.match(findings.get("database role") ?? "", /^warning .*spiderpig_worker/);
  assert.equal(status, 0);
});

test("what keeps a process from working is named with its cause, all of it in one run", () => {
  const { status, findings } = doctor("worker", {
    DATABASE_URL: "postgresql://nobody@127.0.0.1:1/none",
    SCAP_COMMAND: '["/no/such/scap"]',
  });

  assert.match(findings.get("database") ?? "", /^failed .*ECONNREFUSED/);
  assert.match(findings.get("scap") ?? "", /^failed cannot run \/no\/such\/scap: .*ENOENT/);
  assert.equal(status, 1);
});

test("a web process without a proxy in front of it, without Gerrit, its identity provider and its error source", () => {
  const { status, findings } = doctor("web", {
    DATABASE_URL: database.webUrl,
    SESSION_SECRET: "a secret of the tests, long enough to sign with",
    GERRIT_URL: nowhere,
    PUBLIC_URL: nowhere,
    OIDC_ISSUER: nowhere,
    OIDC_CLIENT_ID: "spiderpig",
    OIDC_ROLE_GROUPS: "admin=sre",
    ERRORS_OPENSEARCH_URL: nowhere,
  });

  assert.match(findings.get("settings of web") ?? "", /^warning PUBLIC_URL is http:.*HTTPS/);
  assert.match(findings.get("Gerrit") ?? "", /^failed .*ECONNREFUSED/);
  assert.match(
    findings.get("identity provider") ?? "",
    /^failed The identity provider is unavailable: .*ECONNREFUSED/,
  );
  assert.match(findings.get("error source") ?? "", /^failed .*ECONNREFUSED/);
  assert.match(
    findings.get("public address") ?? "",
    /^failed .*does not respond within 10 s: is a web process running/,
  );
  assert.equal(status, 1);
});
