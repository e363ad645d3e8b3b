/** Types, the world and the helpers of the rows of `starting_points_table_test.ts`. */
import {
  ALICE,
  ALICE_ARN,
  BOB as BOB_WITHOUT_DEVICE,
  BOB_ARN,
  type E2e,
  keysOf,
  portalRoleArn,
  PREFIX,
  role,
  type User,
  type World,
} from "../../mod.ts";
import { LOGIN_ARN } from "../sign_ins.ts";

/** Properties on which a user can rely, from each starting point. */
export type Column =
  /** A role is assumed with the base credentials. */
  | "base"
  /** `--profile` without a role gives the session of the profile. */
  | "session"
  /** Credentials that expire are renewed. */
  | "refresh"
  /** A role that requires MFA can be assumed. */
  | "MFA"
  /** A role is assumed through another role, by `via` and by `source_profile`. */
  | "chain"
  /** A second run makes no request; other base credentials make a new session. */
  | "cache";

/** A cell of the table that `starting_points_table_test.ts` does not hold itself. */
export type Cell =
  /** The tests that hold the cell. */
  | { readonly by: readonly (readonly [file: string, test: string])[] }
  /** The reason why the column does not apply to the row. */
  | { readonly none: string };

/** Base credentials that a home and variables lead to. */
export interface Start {
  readonly env?: Readonly<Record<string, string>>;
  /** The profile that `--profile` names. */
  readonly profile?: string;
  readonly options?: readonly string[];
  /** The calls that assume roles, up to the role `end`, as `caller > role`. */
  readonly steps: readonly string[];
}

/** A kind of base credentials: a row of the table. */
export interface StartingPoint {
  readonly name: string;
  /** Skips the tests of the row; see `guards.ts`. */
  readonly ignore?: boolean;
  /** The cells that are held elsewhere. */
  readonly elsewhere: Readonly<Partial<Record<Column, Cell>>>;
  readonly start: (context: E2e) => Start | Promise<Start>;
  /** Changes the home or the variables, so that they lead to other base credentials. */
  readonly change?: (context: E2e) => Start | Promise<Start>;
  /** The ARN of the session that `--profile` gives. */
  readonly session?: string;
  /** Renews what only another program can renew. */
  readonly renew?: (context: E2e) => unknown;
  /** The requests of a run for which all sessions have expired. */
  readonly renewal?: readonly string[];
}

const ASSIGNMENTS = ["Reader", "Writer"].map((roleName) => ({
  accountId: "111111111111",
  roleName,
}));
/** The subject of most web identity tokens. */
export const SUBJECT = "repo:example/project:ref:refs/heads/main";
/** The subject of another job of the same repository. */
export const OTHER_SUBJECT = "repo:example/project:ref:refs/heads/next";
/** The token with which a job of GitHub Actions requests a web identity token. */
export const REQUEST_TOKEN = "the-request-token";
/** Bob with an MFA device. */
export const BOB: User = {
  ...BOB_WITHOUT_DEVICE,
  devices: [{
    serial: BOB_ARN.replace(":user/", ":mfa/"),
    secret: "the secret of bob's phone",
  }],
};
const TRUSTS = [
  ALICE_ARN,
  BOB_ARN,
  LOGIN_ARN,
  ...["first", "ci", "machine", "container"]
    .map((name) => PREFIX + name),
  ...ASSIGNMENTS.map(portalRoleArn),
];

/** Every starting point may assume `end`; only `end` may assume `far`. */
export const STARTS: World = {
  users: [ALICE, BOB],
  roles: [
    role("end", { trusts: TRUSTS, trustsTokens: [SUBJECT, OTHER_SUBJECT] }),
    role("far", { trusts: [`${PREFIX}end`] }),
    role("guarded", { requiresMfa: true }),
    role("first", { trusts: TRUSTS }),
    role("ci", { trusts: [], trustsTokens: [SUBJECT, OTHER_SUBJECT] }),
  ],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    refreshToken: "the-refresh-token",
    assignments: ASSIGNMENTS,
  },
  workflow: { requestToken: REQUEST_TOKEN, sub: SUBJECT },
  login: { roleArn: LOGIN_ARN, refreshToken: "the-refresh-token" },
  instance: { roleArn: `${PREFIX}machine` },
  container: {
    roleArn: `${PREFIX}container`,
    authorizationToken: "the-container-token",
  },
};

/** The beginning of the ARNs of the roles' sessions. */
export const SESSIONS = "arn:aws:sts::111111111111:assumed-role/";
export const BY_ALICE: Start["steps"] = ["user/alice > end"];
export const BY_BOB: Start["steps"] = ["user/bob > end"];
/** The calls with a session of `first` that was obtained before. */
export const BY_SESSION: Start["steps"] = ["assumed-role/first/alice > end"];

/** Lists the calls that assume `end` through the role `first` of a profile. */
export function firstBy(caller: string): Start["steps"] {
  return [
    `${caller} > first`,
    `assumed-role/first/${caller.split("/").at(-1)} > end`,
  ];
}

export const NO_DEVICE: Cell = {
  none: "the base credentials are a session of a role, which has no MFA device",
};
export const NO_PROFILE: Cell = { none: "no profile gives these credentials" };

/** A cell that other tests hold. */
export function by(...tests: readonly (readonly [string, string])[]): Cell {
  return { by: tests };
}

/** Writes `~/.aws/config`. */
export function writeConfig({ home }: E2e, text: string): void {
  home.writeHome(".aws/config", text);
}

/** Writes `~/.aws/credentials` with the keys of a user in one profile. */
export function writeKeys({ home }: E2e, user: User, profile: string): void {
  home.writeHome(".aws/credentials", keysOf(user, profile));
}

/** Formats a profile with the role `first`. */
export function roleProfile(lines: string): string {
  return `[profile x]\nrole_arn = ${PREFIX}first\n${lines}\n`;
}

/** Obtains keys of a session of `first`, as a user with temporary keys. */
export function obtainKeys(
  { aws }: E2e,
): User & { readonly sessionToken: string; readonly expiration: number } {
  return { ...ALICE, ...aws.issue(`${PREFIX}first`, "alice", 2700) };
}

/** Another address of the fake AWS. */
export function otherUrl({ aws }: E2e): string {
  return aws.url.replace("127.0.0.1", "localhost");
}

export const STARTING_POINTS_TEST = "starting_points_test.ts";
export const ROLE_SOURCES_TEST = "role_sources_test.ts";
export const PROFILE_SESSION_TEST = "profile_session_test.ts";
export const AWS_VAULT_TEST = "aws_vault_test.ts";
