// Which endpoints of push services and webhooks are accepted. A person names the endpoint, so they could make the web process
// send requests into the network of the installation (SSRF): only https, and only public addresses; webhooks also may have those
// of WEBHOOK_NETWORKS. Names are checked again when they are resolved, because their address may change.
import { lookup, type LookupAddress, type LookupOptions } from "node:dns";
import { lookup as resolve } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

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

/** Resolves a name for a connection, without addresses that are not accepted. */
function lookupOf(isAccepted: (address: string) => boolean, accepted: string) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses = found.filter(({ address }) => isAccepted(address));
      const [first] = addresses;
      if (first === undefined) {
        const refusal = new Error(`${hostname} has no ${accepted}`);
        return callback(Object.assign(refusal, { code: "ENOTFOUND" }), []);
      }
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

export const publicLookup = lookupOf(isPublicAddress, "public address");

const IN_NETWORKS = "address that WEBHOOK_NETWORKS permits";

/** The lookup for the requests of a webhook. */
export function webhookLookup(url: URL, permitted: BlockList) {
  const { isAccepted, accepted } = acceptedAddresses(url, permitted);
  return lookupOf(isAccepted, accepted);
}

/** Without TLS only to the permitted networks. */
function acceptedAddresses({ protocol }: URL, permitted: BlockList) {
  return protocol === "http:"
    ? { isAccepted: (address: string) => isIn(permitted, address), accepted: IN_NETWORKS }
    : {
        isAccepted: (address: string) => isPublicAddress(address) || isIn(permitted, address),
        accepted: `public address, and no ${IN_NETWORKS}`,
      };
}

/** A resolver that does not respond must not delay the person who saves the webhook. */
const RESOLVE_TIMEOUT_MS = 3000;

/**
 * Why no request to this URL would be sent, judged by the present addresses of its name; undefined if one would, or if the name cannot
 * be resolved at the moment.
 */
export async function webhookNameIssue(text: string, permitted: BlockList): Promise<string | undefined> {
  const url = new URL(text);
  const { isAccepted, accepted } = acceptedAddresses(url, permitted);
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const addresses = await Promise.race([
    resolve(hostname, { all: true }).catch(() => []),
    sleep(RESOLVE_TIMEOUT_MS, [], { ref: false }),
  ]);
  if (addresses.length === 0 || addresses.some(({ address }) => isAccepted(address))) return undefined;
  return `${hostname} has no ${accepted}.`;
}

/**
 * Why the URL of a webhook is not accepted, in a sentence; undefined if it is.
 * @param permitted private networks that webhooks may reach.
 */
export function webhookUrlIssue(text: string, permitted: BlockList): string | undefined {
  if (text.length > ENDPOINT_LENGTH_MAX || !URL.canParse(text)) return "It is not a valid URL.";
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== "https:" && protocol !== "http:") return "It must start with https://.";
  if (username !== "" || password !== "") return "It must not contain credentials.";
  const address = hostname.replace(/^\[|\]$/g, "");
  // A name is checked when it is resolved.
  if (isIP(address) === 0 || isIn(permitted, address)) return undefined;
  if (protocol === "http:") return `It must start with https://, or have an ${IN_NETWORKS}.`;
  return isPublicAddress(address) ? undefined : `It must have a public address, or an ${IN_NETWORKS}.`;
}

function isIn(networks: BlockList, address: string): boolean {
  return networks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}
