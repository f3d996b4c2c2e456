import { passkeyObstacle } from "./passkey-client.ts";

/** Why passkeys cannot be used here, with a link to the address where they can. Nothing if they can be used. */
export function PasskeyObstacleText({ host }: { host: string }) {
  const obstacle = passkeyObstacle(host);
  if (obstacle === undefined) return null;
  if (obstacle === "browser") return "This browser does not support passkeys.";
  const address = new URL(window.location.href);
  address.hostname = host;
  return (
    <>
      Passkeys work only at <a href={address.href}>{host}</a>.
    </>
  );
}
