// What an admin can do with the account of a person, and the effects that the confirmation names.
import type { Person } from "#lib/contract/admin.ts";
import { ROLES, type Role } from "#lib/domain/permission.ts";
import { call } from "../../client/api.ts";
import { plural } from "../../text/format.ts";
import { ROLE_LABELS } from "../../text/labels.ts";

export type PersonAction = {
  /** The label of the menu item and of the confirming button. */
  label: string;
  isDestructive: boolean;
  effects: readonly string[];
  send: (onSlow: () => void) => Promise<unknown>;
};

export function personActions(person: Person): PersonAction[] {
  const { isDisabled, sessions, tokens, secondFactors } = person;
  return [
    ...ROLES.filter((role) => role !== person.role && !isDisabled).map((role) => roleAction(person, role)),
    ...(sessions > 0 ? [endSessions(person)] : []),
    ...(tokens > 0 ? [revokeTokens(person)] : []),
    ...(secondFactors.length > 0 ? [resetSecondFactors(person)] : []),
    ...(isDisabled ? [enable(person), remove(person)] : [disable(person)]),
  ];
}

function roleAction({ name, role: current, source }: Person, role: Role): PersonAction {
  const { label, permissions } = ROLE_LABELS[role];
  return {
    label: `Make ${label.toLowerCase()}`,
    isDestructive: false,
    effects: [
      `${name} is ${ROLE_LABELS[current].label.toLowerCase()} now. A ${label.toLowerCase()} ${permissions}.`,
      ...(source === "single_sign_on" ? ["At the next sign-in the role follows the groups again."] : []),
    ],
    send: (onSlow) => call("PUT /api/admin/people/{name}/role", { params: { name }, body: { role }, onSlow }),
  };
}

function endSessions({ name, sessions }: Person): PersonAction {
  return {
    label: "Sign out everywhere",
    isDestructive: true,
    effects: [`Ends ${plural(sessions, "session", "sessions")} of ${name} at once. API tokens stay valid.`],
    send: (onSlow) => call("DELETE /api/admin/people/{name}/sessions", { params: { name }, onSlow }),
  };
}

function revokeTokens({ name, tokens }: Person): PersonAction {
  return {
    label: "Revoke API tokens",
    isDestructive: true,
    effects: [
      `Revokes ${plural(tokens, "API token", "API tokens")} of ${name}. Programs that use them stop working.`,
    ],
    send: (onSlow) => call("DELETE /api/admin/people/{name}/tokens", { params: { name }, onSlow }),
  };
}

function resetSecondFactors({ name }: Person): PersonAction {
  return {
    label: "Reset second factor",
    isDestructive: true,
    effects: [
      `Removes the authenticator app, the passkeys and the recovery codes of ${name}, and signs them out. Make sure that the request comes from ${name}.`,
    ],
    send: (onSlow) => call("DELETE /api/admin/people/{name}/second-factors", { params: { name }, onSlow }),
  };
}

function disable({ name, runningJobs, queuedJobs }: Person): PersonAction {
  return {
    label: "Disable account",
    isDestructive: true,
    effects: [
      `${name} is signed out everywhere at once and cannot sign in. API tokens are revoked.`,
      runningJobs > 0
        ? `${plural(runningJobs, "running job continues", "running jobs continue")}: any deployer can answer or stop them.`
        : "Running jobs would continue; there are none.",
      queuedJobs > 0
        ? `${plural(queuedJobs, "queued job is", "queued jobs are")} held until an admin releases or removes them.`
        : "Queued jobs would be held; there are none.",
    ],
    send: (onSlow) =>
      call("PUT /api/admin/people/{name}/disabled", { params: { name }, body: { isDisabled: true }, onSlow }),
  };
}

function enable({ name, queuedJobs }: Person): PersonAction {
  return {
    label: "Enable account",
    isDestructive: false,
    effects: [
      `${name} can sign in again. API tokens that were revoked stay revoked.`,
      ...(queuedJobs > 0
        ? [`${plural(queuedJobs, "held job stays", "held jobs stay")} held until an admin releases them.`]
        : []),
    ],
    send: (onSlow) =>
      call("PUT /api/admin/people/{name}/disabled", {
        params: { name },
        body: { isDisabled: false },
        onSlow,
      }),
  };
}

function remove({ name, source }: Person): PersonAction {
  return {
    label: "Delete account",
    isDestructive: true,
    effects: [
      `Removes the password, second factors and settings of ${name}. The history and the audit keep the name.`,
      source === "single_sign_on"
        ? "A person with single sign-on gets a new account at the next sign-in. To keep them out, leave the account disabled."
        : "This cannot be undone.",
    ],
    send: (onSlow) => call("DELETE /api/admin/people/{name}", { params: { name }, onSlow }),
  };
}
