// The file of a site's operations.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ConfigError } from "#lib/config.ts";
import { commandFor } from "#lib/operations/command.ts";
import { createOperations } from "#lib/operations/operations.ts";
import { parseSiteOperations } from "#lib/operations/site-file.ts";

const VALID = `
operations:
  purge:
    name: Purge
    description: Purge the cache of a wiki.
    parameters:
      wiki: { label: Wiki, type: text, pattern: "[a-z]+wiki" }
      stage: { label: Stage, type: choice, options: [canaries, { value: production, label: All servers }] }
      force: { label: Force, type: boolean }
    command: [purge, "--wiki={wiki}", "{stage}", { if: force, argument: --force }]
    settings: { log_level: "5" }
    confirmation: Purge {wiki}?
    evidence: exit_code
    completedLabel: Purged
`;

/** The messages about a file, without the name of the setting. */
function issuesIn(text: string): string[] {
  try {
    parseSiteOperations(text, "ops.yaml");
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split("\n").map((line) => line.replace("OPERATIONS_FILE: ", ""));
  }
  return [];
}

const changed = (from: string, to: string): string[] => {
  assert.ok(VALID.includes(from), from);
  return issuesIn(VALID.replace(from, to));
};

test("an operation of a site has the defaults of a deployment by deployers, and its command is built from its parameters", () => {
  const [purge] = parseSiteOperations(VALID, "ops.yaml");
  assert.ok(purge !== undefined);
  assert.deepEqual(
    [purge.kind, purge.role, purge.lane, purge.hosts, purge.estimateKey],
    ["purge", "deployer", "mediawiki", null, "purge"],
  );
  assert.deepEqual(commandFor(purge, { wiki: "aawiki", stage: "canaries", force: true }), [
    "-Dlog_level:5",
    "purge",
    "--wiki=aawiki",
    "canaries",
    "--force",
  ]);
  assert.equal(createOperations([purge]).find("purge")?.name, "Purge");
});

test("each mistake is reported with its line", () => {
  const expected: [from: string, to: string, message: string][] = [
    ["{wiki}?", "{wikis}?", "ops.yaml:12: operations.purge.confirmation: {wikis} is not a parameter."],
    [
      "[purge,",
      '["{stage}",',
      "ops.yaml:10: operations.purge.command.0: The subcommand cannot be a parameter.",
    ],
    [
      '"{stage}"',
      '"{force}"',
      "ops.yaml:10: operations.purge.command.2: {force} is a boolean: use { if: force, argument: … }.",
    ],
    [
      "if: force",
      "if: wiki",
      "ops.yaml:10: operations.purge.command.3: wiki is not a parameter of type boolean.",
    ],
    [
      "[a-z]+wiki",
      "[a-z",
      "ops.yaml:7: operations.purge.parameters.wiki.pattern: This regular expression has a problem: missing closing ]: `[a-z`",
    ],
    ["      force:", "      lane:", "ops.yaml:9: operations.purge.parameters.lane: This name is reserved."],
    [
      "      force:",
      "      constructor:",
      "ops.yaml:9: operations.purge.parameters.constructor: This name is reserved.",
    ],
    ['"{stage}"', '"{toString}"', "ops.yaml:10: operations.purge.command.2: {toString} is not a parameter."],
    ["confirmation", "confirm", "ops.yaml:12: operations.purge.confirm: This key does not exist."],
    ["  purge:", "  revert:", "ops.yaml:3: operations.revert: This name belongs to a built-in operation."],
    ...[
      ["log_level:", "gerrit_password:", 11, "settings.gerrit_password"],
      ["      force:", "      apiKey:", 9, "parameters.apiKey"],
      ["--wiki=", "--auth-token=", 10, "command.1"],
      ["argument: --force", "argument: -Dsecret:abc", 10, "command.3"],
    ].map(([from, to, line, place]): [string, string, string] => [
      String(from),
      String(to),
      `ops.yaml:${line}: operations.purge.${place}: Everyone who may view a job sees this value: keep secrets in the configuration of scap.`,
    ]),
    [
      "type: boolean",
      "type: changes",
      "ops.yaml:9: operations.purge.parameters.force: A list of changes is named changes, and nothing else is.",
    ],
  ];
  for (const [from, to, message] of expected) {
    assert.ok(changed(from, to).includes(message), `${message}\nis not in\n${changed(from, to).join("\n")}`);
  }
  assert.match(changed("exit_code", "trust")[0] ?? "", /^ops\.yaml:13: operations\.purge\.evidence: /);
  assert.match(changed("    name: Purge\n", "")[0] ?? "", /^ops\.yaml:3: operations\.purge\.name: /);
  assert.match(changed("  purge:", "  purge")[0] ?? "", /^ops\.yaml:\d+: /);
  assert.match(issuesIn("")[0] ?? "", /^ops\.yaml:1: /);
});

test("whatever the file contains, each mistake has a line, and no file is expanded without a limit", () => {
  const names = "abcdefghi";
  const bomb = Array.from(names, (name, index) => {
    const item = index === 0 ? "x" : `*${names[index - 1]}`;
    return `${name}: &${name} [${Array(10).fill(item).join(", ")}]`;
  });
  const expected: [text: string, message: RegExp][] = [
    [bomb.join("\n"), /^ops\.yaml:2: Excessive alias count/],
    ["\noperations: *missing", /^ops\.yaml:2: Unresolved alias/],
    ["operations: &a { purge: *a }", /^ops\.yaml:1: /],
    [
      VALID.replace("    name: Purge\n", "    name: Purge\n    name: Other\n"),
      /^ops\.yaml:5: The key name is repeated/,
    ],
    ["operations:\n\tpurge: 1", /^ops\.yaml:2: Tabs are not allowed/],
    ["operations: !!js/function 'x'", /^ops\.yaml:1: Unresolved tag/],
    ["operations: {}\n---\noperations: {}", /^ops\.yaml:2: .*multiple documents/],
    ["operations:\n  - purge", /^ops\.yaml:1: operations: Invalid input/],
    ["operations:\n  purge: 7", /^ops\.yaml:2: operations\.purge: Invalid input/],
    ["operations:\n  __proto__: { name: x }", /^ops\.yaml:2: The key __proto__ is reserved/],
    [
      VALID.replace("Purge {wiki}?", '"Purge \\u202e{wiki}?"'),
      /^ops\.yaml:12: operations\.purge\.confirmation: The invisible character U\+202E/,
    ],
    [VALID.replace("[purge,", '["purge\\e[2J",'), /^ops\.yaml:10: operations\.purge\.command/],
    ["? { a: 1 }\n: 2", /^ops\.yaml:1: /],
    [
      VALID.replace("name: Purge", "name: 2026-01-01T00:00:00Z\n    role: root"),
      /^ops\.yaml:5: operations\.purge\.role: /,
    ],
    [`#${"x".repeat(70_000)}`, /^ops\.yaml:1: The file is larger than 64 KiB/],
    ["[".repeat(5000), /^ops\.yaml:1: /],
    ["\0", /^ops\.yaml:1: /],
  ];
  for (const [text, message] of expected) {
    assert.match(issuesIn(text)[0] ?? "valid", message, text.slice(0, 80));
  }
  const unknown = Array.from({ length: 500 }, (_, index) => `key${index}: 1`).join("\n");
  assert.deepEqual([issuesIn(unknown).length, issuesIn(unknown).at(-1)], [21, "ops.yaml: and 481 more"]);
});

test("the examples of the sandbox are valid", () => {
  const path = new URL("../../../sandbox/operations.yaml", import.meta.url);
  const operations = parseSiteOperations(readFileSync(path, "utf8"), "operations.yaml");
  assert.deepEqual(
    operations.map(({ kind }) => kind),
    ["resync", "lock", "unlock"],
  );
});
