import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { changeReference, isReferenceTo, parseChangeReference } from "#lib/domain/change-reference.ts";

const GERRIT = "https://gerrit.example.org/r";
const AT_ROOT = "http://127.0.0.1:8081/";

const GOOD: readonly (readonly [input: string, number: number, gerrit?: string, project?: string])[] = [
  ["1234", 1234],
  ["  1234\n", 1234],
  ["#1234", 1234],
  ["0001", 1],
  ["2147483647", 2147483647],
  [`${GERRIT}/c/mediawiki/core/+/1234`, 1234, GERRIT, "mediawiki/core"],
  [`${GERRIT}/c/mediawiki/core/+/1234/`, 1234, GERRIT, "mediawiki/core"],
  [`${GERRIT}/c/mediawiki/core/+/1234/2`, 1234, GERRIT, "mediawiki/core"],
  [
    `${GERRIT}/c/mediawiki/extensions/WikiLambda/+/1234/2/includes/Hooks.php#17`,
    1234,
    GERRIT,
    "mediawiki/extensions/WikiLambda",
  ],
  [`${GERRIT}/c/mediawiki/core/+/1234?tab=comments`, 1234, GERRIT, "mediawiki/core"],
  [`${GERRIT}/c/C%23-samples/what%3F/+/1234`, 1234, GERRIT, "C%23-samples/what%3F"],
  ["mediawiki/core~1234", 1234, GERRIT, "mediawiki/core"],
  ["C#-samples/what?~1234", 1234, GERRIT, "C#-samples/what?"],
  ["a~b~1234", 1234, GERRIT, "a~b"],
  [`${GERRIT}/1234`, 1234],
  [`${GERRIT}/#/c/1234/`, 1234],
  [`${GERRIT}/q/1234`, 1234],
  [`${GERRIT}/c/1234`, 1234],
  [`HTTPS://GERRIT.EXAMPLE.ORG/r/c/x/+/1234`, 1234, GERRIT, "x"],
  [`http://gerrit.example.org/r/c/x/+/1234`, 1234, GERRIT, "x"],
  ["http://127.0.0.1:8081/c/mediawiki/core/+/1234", 1234, AT_ROOT, "mediawiki/core"],
  ["http://127.0.0.1:8081/1234", 1234, AT_ROOT],
  ["http://127.0.0.1:8081/r/c/mediawiki/core/+/1234", 1234, AT_ROOT, "mediawiki/core"],
];

for (const [input, number, gerrit = GERRIT, project] of GOOD) {
  test(`${JSON.stringify(input)} means change ${number} of ${project ?? "any project"}`, () => {
    const expected = { ok: true, number, ...(project === undefined ? {} : { project }) };
    assert.deepEqual(parseChangeReference(input, gerrit), expected);
  });
}

const BAD: readonly (readonly [input: string, reason: string])[] = [
  ["", "empty"],
  [" \t\n", "empty"],
  ["0", "not_a_change"],
  ["-1", "not_a_change"],
  ["12.5", "not_a_change"],
  ["1e3", "not_a_change"],
  ["12 34", "not_a_change"],
  ["２３", "not_a_change"],
  ["2147483648", "not_a_change"],
  ["99999999999", "not_a_change"],
  ["--help", "not_a_change"],
  ["~1234", "not_a_change"],
  ["core~", "not_a_change"],
  ["core~2147483648", "not_a_change"],
  ["words and core~1234", "not_a_change"],
  ["I0123456789abcdef", "not_a_change"],
  ["Fix the login", "not_a_change"],
  ["https://", "not_a_change"],
  ["ftp://gerrit.example.org/r/1234", "not_a_change"],
  [`${GERRIT}/c/mediawiki/core/+/abc`, "not_a_change"],
  [`${GERRIT}/c/mediawiki/core/+/1234x`, "not_a_change"],
  [`${GERRIT}/dashboard/self`, "not_a_change"],
  [`${GERRIT}/`, "not_a_change"],
  ["https://evil.example.org/r/c/x/+/1234", "other_site"],
  ["https://gerrit.example.org.evil.org/r/1234", "other_site"],
  ["https://gerrit.example.org@evil.org/r/1234", "other_site"],
  ["https://gerrit.example.org:8443/r/1234", "other_site"],
  ["https://gerrit.example.org/rr/1234", "other_site"],
  ["https://gerrit.example.org/1234", "other_site"],
];

for (const [input, reason] of BAD) {
  test(`${JSON.stringify(input)} is refused: ${reason}`, () => {
    assert.deepEqual(parseChangeReference(input, GERRIT), { ok: false, reason });
  });
}

test("any input gives a number that is valid in Gerrit, or an error with a reason", () => {
  const typed = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc.string().map((tail) => `${GERRIT}/c/${tail}`),
  );
  fc.assert(
    fc.property(typed, (input) => {
      const reference = parseChangeReference(input, GERRIT);
      if (!reference.ok) return;
      assert.ok(
        Number.isInteger(reference.number) && reference.number > 0 && reference.number <= 2 ** 31 - 1,
      );
    }),
  );
});

test("every number is recognised in every notation", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), (number) => {
      for (const input of [`${number}`, `#${number}`, `${GERRIT}/${number}`]) {
        assert.deepEqual(parseChangeReference(input, GERRIT), { ok: true, number });
      }
      for (const input of [`a/b~${number}`, `${GERRIT}/c/a/b/+/${number}/3`]) {
        assert.deepEqual(parseChangeReference(input, GERRIT), { ok: true, number, project: "a/b" });
      }
    }),
  );
});

test("a reference with a project identifies exactly that change, whatever the project's name", () => {
  const project = fc.string({ minLength: 1, unit: "grapheme" }).filter((name) => name.trim() === name);
  fc.assert(
    fc.property(project, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (name, number) => {
      const change = { project: name, number };
      const reference = parseChangeReference(changeReference(change), GERRIT);
      assert.ok(reference.ok && isReferenceTo(reference, change));
      assert.ok(!isReferenceTo(reference, { ...change, project: `${name}x` }));
    }),
  );
});
