import assert from "node:assert/strict";
import { test } from "node:test";
import { clientAddress, parseNetworks } from "#lib/domain/client-address.ts";

const PROXIES = parseNetworks(["127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"]);
const NONE = parseNetworks([]);

test("X-Forwarded-For counts only from trusted proxies, from the right to the first address that is not one", () => {
  assert.ok(PROXIES !== undefined && NONE !== undefined);
  const cases: readonly [peer: string, forwardedFor: string | undefined, client: string][] = [
    // Sent directly: a claim of the client.
    ["192.0.2.7", "9.9.9.9", "192.0.2.7"],
    ["192.0.2.7", undefined, "192.0.2.7"],
    ["11.0.0.1", "9.9.9.9", "11.0.0.1"],
    // Through one proxy, and through two.
    ["127.0.0.1", "9.9.9.9", "9.9.9.9"],
    ["127.0.0.1", "6.6.6.6, 192.0.2.7", "192.0.2.7"],
    ["127.0.0.1", "6.6.6.6,192.0.2.7, 10.1.2.3", "192.0.2.7"],
    ["::ffff:127.0.0.1", "6.6.6.6, ::ffff:192.0.2.7", "192.0.2.7"],
    ["2001:db8:1::5", "6.6.6.6, 2001:db8:2::9", "2001:db8:2::9"],
    // The client is a proxy itself, or a proxy names none.
    ["10.0.0.5", undefined, "10.0.0.5"],
    ["10.0.0.5", "", "10.0.0.5"],
    ["10.0.0.5", "10.0.0.6", "10.0.0.6"],
    // Names, ports and nonsense.
    ["10.0.0.5", "6.6.6.6, unknown", "10.0.0.5"],
    ["10.0.0.5", "6.6.6.6, <script>", "10.0.0.5"],
    ["10.0.0.5", "192.0.2.7:51234", "192.0.2.7"],
    ["10.0.0.5", "[2001:db8:2::9]:51234", "2001:db8:2::9"],
    ["", "9.9.9.9", ""],
  ];
  for (const [peer, forwardedFor, client] of cases) {
    assert.equal(clientAddress(peer, forwardedFor, PROXIES), client, `${peer} ${forwardedFor}`);
    assert.equal(clientAddress(peer, forwardedFor, NONE), peer.replace("::ffff:", ""));
  }
});

test("what is not an address or a network is not accepted as a proxy", () => {
  for (const network of ["proxy", "10.0.0.0/33", "10.0.0.0/8/8", "10.0.0.0/", "::/129", "10.0.0/8", "/8"]) {
    assert.equal(parseNetworks([network]), undefined, network);
  }
});
