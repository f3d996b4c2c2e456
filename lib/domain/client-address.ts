// The address of the client of a request. Anybody can send X-Forwarded-For: it counts only if the connection comes from a trusted
// proxy, and only as far as trusted proxies wrote it, which is from the right to the first address that is not one of them. Pure.
import { BlockList, isIP } from "node:net";

/** A copy of the peer's address in IPv6, as a socket that accepts both has it. */
const MAPPED = /^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i;
/** What some proxies append to an address. */
const PORT = /^(?:\[([^\]]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/;

/** @param networks addresses and networks such as `10.0.0.0/8`. @returns undefined if one of them is neither. */
export function parseNetworks(networks: readonly string[]): BlockList | undefined {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix, ...more] = network.split("/");
    const family = isIP(address);
    if (family === 0 || more.length > 0) return undefined;
    const bits = family === 4 ? 32 : 128;
    if (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits)) return undefined;
    list.addSubnet(address, Number(prefix ?? bits), familyName(address));
  }
  return list;
}

export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trustedProxies: BlockList,
): string {
  const forwarded = forwardedFor?.split(",") ?? [];
  let address = peer.replace(MAPPED, "");
  while (isIP(address) !== 0 && trustedProxies.check(address, familyName(address))) {
    const before = forwarded.pop()?.trim() ?? "";
    const [, ofIpv6, ofIpv4] = PORT.exec(before) ?? [];
    const next = (ofIpv6 ?? ofIpv4 ?? before).replace(MAPPED, "");
    // The proxy itself is the client if it names none.
    if (isIP(next) === 0) return address;
    address = next;
  }
  return address;
}

function familyName(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}
