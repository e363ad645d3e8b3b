import { ALICE, type Role, type User, type World } from "../fake_aws/world.ts";

const ALICE_ARN = "arn:aws:iam::111111111111:user/alice";

/** A role of alice's account that alice may assume. */
export function role(name: string, more: Partial<Role> = {}): Role {
  return {
    arn: `arn:aws:iam::111111111111:role/${name}`,
    trusts: [ALICE_ARN],
    ...more,
  };
}

/** Alice, a role without MFA, a role that requires MFA, and a role for other users. */
export const WORLD: World = {
  users: [ALICE],
  roles: [
    role("admin"),
    role("deploy", { requiresMfa: true }),
    role("team-a/long", { maxSessionDuration: 43_200 }),
    role("others", { trusts: [] }),
  ],
};

/** The world with another user named alice. */
export function worldWith(alice: Partial<User>): { world: World; user: User } {
  const user = { ...ALICE, ...alice };
  return { user, world: { ...WORLD, users: [user] } };
}
