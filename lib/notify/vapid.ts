// How a web process identifies itself to push services (RFC 8292): a signed token, and the public key that browsers
// subscribed with.
import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** Both in base64url, as other programs for Web Push write them: 65 and 32 bytes. */
export type VapidKey = { publicKey: string; privateKey: string };

export function generateVapidKey(): VapidKey {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "", d = "" } = privateKey.export({ format: "jwk" });
  const publicKey = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(x, "base64url"),
    Buffer.from(y, "base64url"),
  ]);
  return { publicKey: publicKey.toString("base64url"), privateKey: d };
}

/** Below the 24 hours that push services permit, because clocks differ. */
const TOKEN_HOURS = 12;

/** The value of the header Authorization. @param subject `mailto:` or `https:` address of the operator. */
export function vapidAuthorization(
  key: VapidKey,
  { endpoint, subject, nowMs }: { endpoint: string; subject: string | undefined; nowMs: number },
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    aud: new URL(endpoint).origin,
    exp: Math.floor(nowMs / 1000) + TOKEN_HOURS * 3600,
    ...(subject === undefined ? {} : { sub: subject }),
  };
  const signed = `${part({ typ: "JWT", alg: "ES256" })}.${part(claims)}`;
  const signature = sign("sha256", Buffer.from(signed), {
    key: signingKey(key),
    dsaEncoding: "ieee-p1363",
  });
  return `vapid t=${signed}.${signature.toString("base64url")}, k=${key.publicKey}`;
}

function signingKey({ publicKey, privateKey }: VapidKey) {
  const point = Buffer.from(publicKey, "base64url");
  return createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
      d: privateKey,
    },
  });
}
