import assert from "node:assert/strict";
import { BlockList } from "node:net";
import { test } from "node:test";
import {
  endpointIssue,
  isPublicAddress,
  publicLookup,
  webhookLookup,
  webhookNameIssue,
  webhookUrlIssue,
} from "#lib/notify/endpoint.ts";

const REMOTE = { allowLoopback: false };
const SANDBOX = { allowLoopback: true };

test("endpoints of push services are accepted", () => {
  for (const endpoint of [
    "https://fcm.googleapis.com/fcm/send/abc",
    "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "https://web.push.apple.com/abc",
    "https://8.8.8.8/abc",
  ]) {
    assert.equal(endpointIssue(endpoint, REMOTE), undefined, endpoint);
  }
});

test("an endpoint inside the installation's network is refused, however its address is written", () => {
  for (const endpoint of [
    "http://fcm.googleapis.com/abc",
    "https://user:password@push.example.org/",
    "https://push.example.org:8443/",
    "https://localhost/",
    "https://printer/",
    "https://metadata.google.internal/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://192.168.1.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
    "https://[64:ff9b::a00:1]/",
    "https://[2002:a00:1::]/",
    "ftp://push.example.org/",
    "file:///etc/passwd",
    "not a URL",
    `https://push.example.org/${"x".repeat(2000)}`,
  ]) {
    assert.notEqual(endpointIssue(endpoint, REMOTE), undefined, endpoint);
  }
});

test("only the sandbox accepts an endpoint on this machine", () => {
  for (const endpoint of ["http://127.0.0.1:1234/a", "http://localhost:1234/a", "http://[::1]:1234/a"]) {
    assert.equal(endpointIssue(endpoint, SANDBOX), undefined);
    assert.notEqual(endpointIssue(endpoint, REMOTE), undefined);
  }
  assert.notEqual(endpointIssue("http://10.0.0.1/", SANDBOX), undefined);
});

test("public and private addresses are told apart", () => {
  for (const address of ["8.8.8.8", "91.198.174.192", "2620:0:862:ed1a::1"]) {
    assert.ok(isPublicAddress(address), address);
  }
  for (const address of ["100.64.0.1", "172.31.0.1", "240.0.0.1", "255.255.255.255", "::", "ff02::1"]) {
    assert.ok(!isPublicAddress(address), address);
  }
});

test("a name that resolves to this machine is not connected to", async () => {
  for (const all of [true, false]) {
    const error = await new Promise<Error | null>((resolve) => publicLookup("localhost", { all }, resolve));

    assert.match(String(error), /no public address/);
  }
});

test("webhooks reach public addresses and the permitted networks, and nothing else", async () => {
  const permitted = new BlockList();
  permitted.addSubnet("10.1.0.0", 16, "ipv4");
  for (const url of [
    "https://hooks.example.org:8443/services/T0/B0",
    "https://8.8.8.8/",
    "http://10.1.2.3:8065/hooks/abc",
    "https://[::ffff:10.1.2.3]/",
    // Checked when it is resolved.
    "http://chat.internal/",
  ]) {
    assert.equal(webhookUrlIssue(url, permitted), undefined, url);
  }
  for (const url of [
    "http://8.8.8.8/",
    "https://10.2.0.1/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:169.254.169.254]/",
    "https://[fe80::1]/",
    "https://[fd00:ec2::254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://user:password@hooks.example.org/",
    "file:///etc/passwd",
    "not a URL",
  ]) {
    assert.notEqual(webhookUrlIssue(url, permitted), undefined, url);
  }
  for (const url of ["http://localhost/", "https://localhost/"]) {
    const lookup = webhookLookup(new URL(url), permitted);
    const error = await new Promise<Error | null>((resolve) => lookup("localhost", {}, resolve));
    assert.match(String(error), /localhost has no/);
  }
});

test("a webhook with a name that leads to a private address is refused when it is saved", async () => {
  const permitted = new BlockList();

  assert.equal(
    await webhookNameIssue("https://localhost/hook", permitted),
    "localhost has no public address, and no address that WEBHOOK_NETWORKS permits.",
  );
  assert.equal(
    await webhookNameIssue("http://localhost/hook", permitted),
    "localhost has no address that WEBHOOK_NETWORKS permits.",
  );
  permitted.addSubnet("127.0.0.0", 8, "ipv4");
  permitted.addAddress("::1", "ipv6");
  assert.equal(await webhookNameIssue("http://localhost/hook", permitted), undefined);
});

test("a webhook whose name does not resolve at the moment can be saved: the name is checked at each message", async () => {
  assert.equal(await webhookNameIssue("https://hooks.invalid/hook", new BlockList()), undefined);
});
