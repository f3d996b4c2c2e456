// An authenticator in software: a passkey of the platform, with a P-256 key and without attestation.
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

type Options = { isUserVerified?: boolean };

export function createAuthenticator(host: string, origin: string) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x = "", y = "" } = publicKey.export({ format: "jwk" });
  const id = randomBytes(16);
  const key = Buffer.concat([
    // {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    Buffer.from("a5010203262001215820", "hex"),
    Buffer.from(x, "base64url"),
    Buffer.from("225820", "hex"),
    Buffer.from(y, "base64url"),
  ]);
  let counter = 0;

  const dataOf = (flags: number, rest = Buffer.of()) => {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(counter);
    return Buffer.concat([createHash("sha256").update(host).digest(), Buffer.of(flags), count, rest]);
  };
  const clientData = (type: string, challenge: string) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const base = { id: id.toString("base64url"), rawId: id.toString("base64url"), type: "public-key" } as const;

  return {
    create({ challenge }: { challenge: string }, { isUserVerified = true }: Options = {}) {
      const credential = Buffer.concat([Buffer.alloc(16), Buffer.of(0, id.length), id, key]);
      const data = dataOf(PRESENT | (isUserVerified ? VERIFIED : 0) | HAS_CREDENTIAL, credential);
      const attestation = Buffer.concat([
        // {fmt: "none", attStmt: {}, authData: …}
        Buffer.from("a363666d74646e6f6e656761747453746d74a068617574684461746158", "hex"),
        Buffer.of(data.length),
        data,
      ]);
      return {
        ...base,
        response: {
          clientDataJSON: clientData("webauthn.create", challenge).toString("base64url"),
          attestationObject: attestation.toString("base64url"),
        },
      };
    },
    get({ challenge }: { challenge: string }, { isUserVerified = true }: Options = {}) {
      counter += 1;
      const client = clientData("webauthn.get", challenge);
      const data = dataOf(PRESENT | (isUserVerified ? VERIFIED : 0));
      const signed = Buffer.concat([data, createHash("sha256").update(client).digest()]);
      return {
        ...base,
        response: {
          clientDataJSON: client.toString("base64url"),
          authenticatorData: data.toString("base64url"),
          signature: sign("sha256", signed, privateKey).toString("base64url"),
        },
      };
    },
  };
}
