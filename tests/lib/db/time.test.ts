import assert from "node:assert/strict";
import { after, test } from "node:test";
import {} from "#lib/db/connection.ts";
import { readTime } from "#lib/db/time.ts";
import { openTestDatabase } from "../../support/database.ts";

const { db } = await openTestDatabase(after, { migrated: false });

test("the time that pages count by does not depend on the clock of the web host", async (t) => {
  const before = Date.now();
  t.mock.timers.enable({ apis: ["Date"], now: before + 7_200_000 });

  const stated = (await readTime(db)).getTime();

  assert.ok(stated >= before - 1 && stated < before + 600_000, `${stated - before} ms off`);
});
