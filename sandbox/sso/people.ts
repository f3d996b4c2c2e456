// The people of the sandbox's identity provider, and its client. Their groups decide what they may do in SpiderPig.

export type Person = { name: string; fullName: string; groups: readonly string[] };

export const PEOPLE: readonly Person[] = [
  { name: "ada", fullName: "Ada Castellan", groups: ["staff", "deployers"] },
  { name: "bruno", fullName: "Bruno Ferro", groups: ["staff", "deployers", "sre"] },
  { name: "chidi", fullName: "Chidi Okeke", groups: ["staff"] },
  { name: "dana", fullName: "Dana Lindholm", groups: ["visitors"] },
];

/** SpiderPig, as the identity provider knows it. */
export const SSO_CLIENT = { id: "spiderpig", secret: "spiderpig-of-the-sandbox" } as const;

/** The setting OIDC_ROLE_GROUPS for these groups. */
export const ROLE_GROUPS = "admin=sre,deployer=deployers,viewer=staff";
