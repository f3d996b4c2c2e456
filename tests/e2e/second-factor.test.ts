// Second factors in the browser, with Chromium's virtual authenticator: the rules are tested in tests/lib/auth/second-factor.test.ts.
import { addAccount } from "#lib/auth/accounts.ts";
import { asOperator } from "../support/origin.ts";
import { expect, test } from "./support/test.ts";

const ACCOUNT = { name: "key-owner", role: "deployer", password: "correct horse battery" } as const;

test("a person adds a passkey and signs in with it alone; the password alone is no longer enough", async ({
  page,
  world,
}) => {
  await addAccount(asOperator(world.db), ACCOUNT);
  // Browsers keep passkeys for host names only.
  const url = world.url.replace("127.0.0.1", "localhost");
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const enterPassword = async () => {
    await page.getByLabel("Username").fill(ACCOUNT.name);
    await page.getByLabel("Password").fill(ACCOUNT.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  };
  await page.goto(`${url}/sign-in?next=/account`);
  await enterPassword();

  await page.getByRole("button", { name: "Add a passkey" }).click();
  const codes = page.getByRole("listitem").filter({ hasText: /^(\w{4}-){3}\w{4}$/ });
  await expect(codes).toHaveCount(10);
  const [code = ""] = await codes.allTextContents();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("10 left, each works once")).toBeVisible();

  await page.context().clearCookies();
  await page.goto(`${url}/sign-in?next=/account`);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await expect(page.getByText("signed in by passkey")).toBeVisible();

  await page.context().clearCookies();
  await page.goto(`${url}/sign-in?next=/account`);
  await enterPassword();
  await page.getByLabel("Code").fill(code);
  await page.getByRole("button", { name: "Verify" }).click();
  await expect(page.getByText("9 left, each works once")).toBeVisible();
});
