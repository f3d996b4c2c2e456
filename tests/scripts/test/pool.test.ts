import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { test } from "node:test";
import { Pool } from "../../../scripts/test/pool.ts";

/** Work that is begun by the pool and ended by the test. */
function workshop(pool: Pool) {
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const add = (name: string, isLong = false): Promise<void> => {
    const ending = Promise.withResolvers<void>();
    ends.set(name, ending);
    const work = (): Promise<void> => {
      begun.push(name);
      return ending.promise;
    };
    return pool.run(work, { isLong });
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.resolve();
    await turn();
  };
  const fail = async (name: string): Promise<void> => {
    ends.get(name)?.reject(new Error(name));
    await turn();
  };
  return { begun, add, end, fail };
}

test("so many pieces are at work at once, and the next in order takes each place that is left", async () => {
  const { add, begun, end } = workshop(new Pool(2));
  for (const name of ["a", "b", "c", "d"]) void add(name);
  assert.deepEqual(begun, ["a", "b"]);

  await end("b");
  assert.deepEqual(begun, ["a", "b", "c"]);
  await end("a");
  await end("c");
  await end("d");
  void add("e");
  void add("f");
  void add("g");

  assert.deepEqual(begun, ["a", "b", "c", "d", "e", "f"]);
});

test("what is long goes ahead of what came before it", async () => {
  const { add, begun, end } = workshop(new Pool(1));
  void add("a");
  void add("b");
  void add("long", true);

  await end("a");
  await end("long");

  assert.deepEqual(begun, ["a", "long", "b"]);
});

test("a piece that fails leaves its place to the next", async () => {
  const { add, begun, fail } = workshop(new Pool(1));
  const failing = add("a");
  void add("b");

  await Promise.all([assert.rejects(failing, /^Error: a$/), fail("a")]);

  assert.deepEqual(begun, ["a", "b"]);
});

test("a closed pool begins nothing any more", async () => {
  const pool = new Pool(1);
  const { add, begun, end } = workshop(pool);
  void add("a");
  void add("b");

  pool.close();
  await end("a");

  assert.deepEqual(begun, ["a"]);
});
