/** 128 random bits in hex. Not crypto.randomUUID, which browsers offer only in secure contexts (HTTPS or localhost). */
export function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
