import assert from "node:assert/strict";
import { createECDH } from "node:crypto";
import { test } from "node:test";
import { arePushKeys, encryptPush, PLAINTEXT_BYTES_MAX } from "#lib/notify/encrypt-push.ts";

/** The example of RFC 8291, appendix A. */
const RFC_8291 = {
  plaintext: "When I grow up, I want to be a watermelon",
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  authSecret: "BTBZMqHH6r4Tts7J_aSIgg",
  senderPrivate: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  message:
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
};

test("a message is encrypted as in the example of RFC 8291", () => {
  const sender = createECDH("prime256v1");
  sender.setPrivateKey(Buffer.from(RFC_8291.senderPrivate, "base64url"));

  const message = encryptPush(Buffer.from(RFC_8291.plaintext), RFC_8291, {
    sender,
    salt: Buffer.from(RFC_8291.salt, "base64url"),
  });

  assert.equal(message.toString("base64url"), RFC_8291.message);
});

test("two messages with the same content have nothing in common", () => {
  const [first, second] = [1, 2].map(() => encryptPush(Buffer.from("same"), RFC_8291));

  assert.notDeepEqual(first?.subarray(0, 16), second?.subarray(0, 16));
  assert.notDeepEqual(first?.subarray(-20), second?.subarray(-20));
});

test("a message that does not fit into one record is refused", () => {
  assert.equal(encryptPush(Buffer.alloc(PLAINTEXT_BYTES_MAX), RFC_8291).length <= 4096, true);
  assert.throws(() => encryptPush(Buffer.alloc(PLAINTEXT_BYTES_MAX + 1), RFC_8291), RangeError);
});

test("keys that no browser can have are recognised", () => {
  assert.equal(arePushKeys(RFC_8291), true);
  assert.equal(arePushKeys({ ...RFC_8291, p256dh: "" }), false);
  assert.equal(arePushKeys({ ...RFC_8291, p256dh: "AAAA" }), false);
  assert.equal(
    arePushKeys({ ...RFC_8291, p256dh: Buffer.alloc(65, 4).toString("base64url") }),
    false,
    "not a point of the curve",
  );
  assert.equal(arePushKeys({ ...RFC_8291, authSecret: "AAAA" }), false);
});
