// Which endpoints of push services are accepted. A browser names the endpoint, so a person could make the web process send
// requests into the network of the installation (SSRF): only https, and only public addresses. Names are checked again when
// they are resolved, because their address may change.
import { lookup, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP } from "node:net";

export type EndpointRules = {
  /** The sandbox and tests: a push service on this machine, without TLS. */
  allowLoopback: boolean;
};

const ENDPOINT_LENGTH_MAX = 2000;
const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A name with a dot that is not reserved for local networks. */
const PUBLIC_NAME = /\.(?!local$|localhost$|internal$|home$|lan$)[^.]+$/;

/** Why the endpoint is not accepted, in a sentence; undefined if it is. */
export function endpointIssue(endpoint: string, { allowLoopback }: EndpointRules): string | undefined {
  if (endpoint.length > ENDPOINT_LENGTH_MAX || !URL.canParse(endpoint)) return "It is not a valid URL.";
  const { protocol, hostname, port, username, password } = new URL(endpoint);
  if (username !== "" || password !== "") return "It must not contain credentials.";
  if (allowLoopback && LOOPBACK_NAMES.has(hostname) && /^https?:$/.test(protocol)) return undefined;
  if (protocol !== "https:") return "It must start with https://.";
  if (port !== "") return "It must use port 443.";
  const address = hostname.replace(/^\[|\]$/g, "");
  const isPublic = isIP(address) === 0 ? PUBLIC_NAME.test(hostname) : isPublicAddress(address);
  return isPublic ? undefined : "It is not a public address.";
}

const NOT_PUBLIC = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits, "ipv4");
}
// Documentation, and networks that embed an IPv4 address.
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits, "ipv6");
}
/** Global unicast. Everything else is private, link-local, multicast, loopback, or embeds an IPv4 address. */
const PUBLIC_IPV6 = new BlockList();
PUBLIC_IPV6.addSubnet("2000::", 3, "ipv6");

export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !NOT_PUBLIC.check(address, "ipv4");
  return PUBLIC_IPV6.check(address, "ipv6") && !NOT_PUBLIC.check(address, "ipv6");
}

type LookupCallback = (
  error: NodeJS.ErrnoException | null,
  address: string | LookupAddress[],
  family?: number,
) => void;

/** Resolves a name for a connection, without addresses that are not public. */
export function publicLookup(hostname: string, options: LookupOptions, callback: LookupCallback): void {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return callback(error, []);
    const addresses = found.filter(({ address }) => isPublicAddress(address));
    const [first] = addresses;
    if (first === undefined) {
      return callback(
        Object.assign(new Error(`${hostname} has no public address`), { code: "ENOTFOUND" }),
        [],
      );
    }
    return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
  });
}
