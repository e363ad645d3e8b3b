import { ALICE, type Role, type User, type World } from "../fake_aws/world.ts";
import { ALICE_ARN, PREFIX } from "../identifiers.ts";

/** Another user of alice's account, without MFA. */
export const BOB: User = {
  name: "bob",
  accountId: ALICE.accountId,
  accessKeyId: "AKIAFAKEBOB000000001",
  secretAccessKey: "fake/secret+of+bob/000000000000000000001",
  devices: [],
};

/** A role of alice's account that alice may assume. */
export function role(name: string, more: Partial<Role> = {}): Role {
  return {
    arn: `${PREFIX}${name}`,
    trusts: [ALICE_ARN],
    ...more,
  };
}

/**
 * The user alice and the roles of most tests: `admin`; `deploy`, which requires MFA;
 * `team-a/long`, which allows long sessions; and `others`, which alice may not assume.
 */
export const WORLD: World = {
  users: [ALICE],
  roles: [
    role("admin"),
    role("deploy", { requiresMfa: true }),
    role("team-a/long", { maxSessionDuration: 43_200 }),
    role("others", { trusts: [] }),
  ],
};

/** Creates `WORLD` with changes to alice. */
export function worldWith(alice: Partial<User>): { world: World; user: User } {
  const user = { ...ALICE, ...alice };
  return { user, world: { ...WORLD, users: [user] } };
}
