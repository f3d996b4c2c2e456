// Every endpoint with every kind of caller: who is let in is stated here a second time, endpoint by endpoint, so that a wrong
// permission in a definition fails. An endpoint without a row does not compile.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Endpoint } from "#lib/contract/endpoint.ts";
import { type EndpointName, endpoints } from "#lib/contract/endpoints.ts";
import { problem } from "#lib/contract/problem.ts";
import { issueToken } from "#lib/auth/api-tokens.ts";
import { type Role, ROLES, TOKEN_SCOPES } from "#lib/domain/permission.ts";
import { asOperator } from "../../support/origin.ts";
import { startApi } from "./api.ts";

/**
 * The lowest role. `session`: of a browser that is signed in; a token is refused. `writer`: a viewer, but not with a token of the scope
 * read.
 */
type Admitted = "anyone" | Role | `${Role} session` | "viewer writer";

const ADMITTED: Record<EndpointName, Admitted> = {
  createJob: "deployer",
  listWebhooks: "admin",
  addWebhook: "admin",
  setWebhookDisabled: "admin",
  deleteWebhook: "admin",
  testWebhook: "admin",
  listWebhookDeliveries: "admin",
  replayWebhookDelivery: "admin",
  listJobs: "viewer",
  exportJobsAsCsv: "viewer",
  exportJobsAsJson: "viewer",
  exportInsight: "viewer",
  readJob: "viewer",
  signalJob: "deployer",
  overridePolicy: "deployer session",
  cancelJob: "deployer",
  cancelJobs: "deployer",
  moveQueuedJob: "deployer",
  takeOverJob: "deployer",
  listWindows: "viewer",
  exportWindows: "viewer",
  createWindow: "deployer",
  readWindow: "viewer",
  cancelWindow: "deployer",
  endWindowSeries: "deployer",
  addWindowItems: "deployer",
  removeWindowItem: "deployer",
  moveWindowItem: "deployer",
  reportOnWindowItem: "viewer writer",
  startWindowItems: "deployer",
  releaseHeldJob: "admin",
  retryJob: "deployer",
  declareJobLost: "admin",
  listInteractions: "viewer",
  answerInteraction: "deployer",
  readLog: "viewer",
  searchLog: "viewer",
  downloadLog: "viewer",
  downloadTranscript: "viewer",
  readSensitiveLines: "deployer",
  watchJob: "viewer",
  probeStream: "anyone",
  watchOverview: "viewer",
  watchMultiplexed: "viewer",
  freezeLane: "admin",
  unfreezeLane: "admin",
  releaseLane: "admin",
  switchLane: "admin",
  drainHost: "admin",
  undrainHost: "admin",
  findChanges: "viewer",
  readChange: "viewer",
  whoami: "anyone",
  signIn: "anyone",
  signOut: "anyone",
  readPasskeyRequest: "anyone",
  signInWithPasskey: "anyone",
  startSso: "anyone",
  finishSso: "anyone",
  endSsoSessions: "anyone",
  readOwnAccount: "viewer session",
  confirmIdentity: "viewer session",
  changeOwnPassword: "viewer session",
  endOtherSessions: "viewer session",
  endSession: "viewer session",
  createToken: "viewer session",
  revokeToken: "viewer session",
  enterSecondFactor: "viewer session",
  startAuthenticatorApp: "viewer session",
  confirmAuthenticatorApp: "viewer session",
  removeAuthenticatorApp: "viewer session",
  readPasskeyCreation: "viewer session",
  addPasskey: "viewer session",
  removePasskey: "viewer session",
  renewRecoveryCodes: "viewer session",
  readNotifications: "viewer",
  saveNotificationSettings: "viewer",
  addDevice: "viewer session",
  removeDevice: "viewer",
  testDevice: "viewer",
  setJobWatch: "viewer",
  listLanes: "viewer",
  listHosts: "viewer",
  listPeople: "admin",
  setRole: "admin",
  setDisabled: "admin",
  deletePerson: "admin",
  endSessions: "admin",
  revokeTokens: "admin",
  resetSecondFactors: "admin",
  endAllSessions: "admin",
  listAuditEvents: "admin",
  exportAudit: "admin",
  previewRevert: "viewer",
  revertJob: "deployer",
  listOperations: "viewer",
  listGivenAnswers: "viewer",
  readErrorRate: "viewer",
  health: "anyone",
  ready: "anyone",
  metrics: "viewer",
  openApi: "viewer",
  readTrain: "viewer",
};

const OWN_PAGE = "https://deploy.example.org";
const PASSWORD = "correct horse battery";
const REFUSALS = ["not_signed_in", "not_permitted", "foreign_origin"];
/** A request that changes something is refused for this after its caller is let in, so nothing is changed. */
const LATE = { "request-deadline": "2020-01-01T00:00:00Z" };

const api = await startApi(after);
const cookies = new Map<Role, string>();
for (const role of ROLES) cookies.set(role, await signIn(role));

async function signIn(username: string): Promise<string> {
  const body = { username, password: PASSWORD };
  const headers = { origin: OWN_PAGE };
  const answer = await api.call("/api/auth/sign-in/username", { method: "POST", as: null, headers, body });
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ");
}

type Caller = {
  name: string;
  headers: Record<string, string>;
  /** What it may do at most; undefined: nothing that is not open to anyone. */
  role: Role | undefined;
  isSession: boolean;
  isReadToken?: boolean;
};

async function callers(): Promise<Caller[]> {
  const forged = "__Host-spiderpig.session_token=x.y";
  const nobody = { role: undefined, isSession: false };
  const list: Caller[] = [
    { name: "no credentials", headers: {}, ...nobody },
    { name: "an invalid token", headers: { authorization: "Bearer spiderpig_invalid" }, ...nobody },
    { name: "a forged cookie", headers: { cookie: forged, origin: OWN_PAGE }, ...nobody },
  ];
  for (const role of ROLES) {
    const cookie = cookies.get(role) ?? "";
    list.push({ name: `${role}'s session`, headers: { cookie, origin: OWN_PAGE }, role, isSession: true });
    for (const scope of TOKEN_SCOPES) {
      const given = { account: role, name: `matrix ${scope}`, scope, days: 1 };
      const { token } = await issueToken(asOperator(api.db), given);
      const limit = ROLES[Math.min(ROLES.indexOf(role), TOKEN_SCOPES.indexOf(scope))];
      const headers = { authorization: `Bearer ${token}` };
      list.push({
        name: `${role}'s token with scope ${scope}`,
        headers,
        role: limit,
        isSession: false,
        isReadToken: scope === "read",
      });
    }
  }
  return list;
}

function isAdmitted({ role, isSession, isReadToken = false }: Caller, admitted: Admitted): boolean {
  if (admitted === "anyone") return true;
  const [lowest = "", only] = admitted.split(" ");
  if (role === undefined || (only === "session" && !isSession)) return false;
  if (only === "writer" && isReadToken) return false;
  return ROLES.indexOf(role) >= ROLES.indexOf(lowest as Role);
}

/** @returns the code of the refusal of the caller; undefined when it is let in. */
async function refusalOf(endpoint: Endpoint, headers: Record<string, string>): Promise<string | undefined> {
  const { method, path } = endpoint;
  const answer = await api.call(path.replaceAll(/\{\w+\}/g, "1"), {
    method,
    as: null,
    headers: method === "GET" ? headers : { ...headers, ...LATE },
    ...(endpoint.body === undefined ? {} : { body: {} }),
  });
  if (answer.headers.get("content-type") !== "application/problem+json") {
    // An event stream stays open.
    await answer.body?.cancel();
    return undefined;
  }
  const { code } = problem.parse(await answer.json());
  return REFUSALS.includes(code) ? code : undefined;
}

for (const caller of await callers()) {
  test(`${caller.name}: exactly the endpoints for it are open`, async () => {
    for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
      const admitted = isAdmitted(caller, ADMITTED[name as EndpointName]);
      const refusal = caller.role === undefined ? "not_signed_in" : "not_permitted";
      assert.equal(await refusalOf(endpoint, caller.headers), admitted ? undefined : refusal, name);
    }
  });
}

test("a page of another site changes nothing with the session of a browser", async () => {
  const cookie = cookies.get("admin") ?? "";
  for (const [name, endpoint] of Object.entries<Endpoint>(endpoints)) {
    if (endpoint.method === "GET" || endpoint.permission === null) continue;
    for (const page of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { origin: OWN_PAGE, "sec-fetch-site": "same-site" },
      {},
    ]) {
      const headers: Record<string, string> = { cookie, ...page };
      assert.equal(await refusalOf(endpoint, headers), "foreign_origin", `${name} ${JSON.stringify(page)}`);
    }
  }
});
