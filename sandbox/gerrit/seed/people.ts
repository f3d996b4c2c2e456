// The accounts of a new sandbox. Their numbers are fixed, because the stored state refers to them.
import type { Account } from "../records.ts";

export const people = {
  ada: { _account_id: 101, name: "Ada Okonkwo", email: "ada@orchard.example", username: "aokonkwo" },
  mikko: { _account_id: 102, name: "Mikko Lähteenmäki", email: "mikko@orchard.example", username: "mikko" },
  yuki: { _account_id: 103, name: "山田 ゆき", email: "yuki@orchard.example", username: "yuki" },
  rosa: { _account_id: 104, name: "Rosa Iglesias", email: "rosa@orchard.example", username: "riglesias" },
  jenkins: {
    _account_id: 75,
    name: "jenkins-bot",
    email: "jenkins-bot@orchard.example",
    username: "jenkins-bot",
  },
  scap: { _account_id: 76, name: "Backport Bot", email: "scap@orchard.example", username: "trainbranchbot" },
} as const satisfies Record<string, Account>;
