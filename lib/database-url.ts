// The connection URL of PostgreSQL, with one server or several, as libpq writes it:
// postgresql://user:password@db1:5432,db2:5432/spiderpig?target_session_attrs=read-write

/** Scheme and login, servers, and the rest. */
const PARTS = /^(\w+:\/\/(?:[^/?#]*@)?)([^/?#]*)([^?]*)(?:\?(.*))?$/s;
const ATTRIBUTES = "target_session_attrs";
/** Both mean the primary: nothing here works on a standby. */
const PERMITTED_ATTRIBUTES = ["read-write", "primary"];

/** A URL for each server, in the order of the URL, without the parameter that says which of them to use. */
export function serversOf(url: string): string[] {
  const [, start = "", servers = "", path = "", query = ""] = PARTS.exec(url) ?? [];
  const parameters = query.split("&").filter((one) => one !== "" && !one.startsWith(`${ATTRIBUTES}=`));
  const rest = parameters.length === 0 ? path : `${path}?${parameters.join("&")}`;
  return servers.split(",").map((server) => `${start}${server}${rest}`);
}

/** Why the URL cannot be used, to follow the name of the setting; undefined if it can. */
export function databaseUrlIssue(url: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(url)) return "must start with postgresql://";
  const [, , , , query = ""] = PARTS.exec(url) ?? [];
  const attributes = new URLSearchParams(query).get(ATTRIBUTES);
  if (attributes !== null && !PERMITTED_ATTRIBUTES.includes(attributes)) {
    return `${ATTRIBUTES} must be ${PERMITTED_ATTRIBUTES.join(" or ")}: a standby takes no writes`;
  }
  const servers = serversOf(url);
  // One server may be a socket, which the URL names in a parameter.
  const isValid =
    servers.length === 1 || servers.every((server) => URL.canParse(server) && new URL(server).host !== "");
  return isValid ? undefined : "must have servers as host:port, separated by commas";
}
