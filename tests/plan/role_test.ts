import { assertEquals, assertThrows } from "@std/assert";
import { resolveRole } from "../../lib/plan/role.ts";

const PREFIX = "arn:aws:iam::111111111111:role/";
const ADMIN = {
  arn: `${PREFIX}admin`,
  partition: "aws",
  accountId: "111111111111",
  roleName: "admin",
};

Deno.test("resolveRole() takes an ARN as it is, an entry's ARN, or completes the name", () => {
  const china = "arn:aws-cn:iam::222222222222:role/x/ops";
  const ops = {
    arn: china,
    partition: "aws-cn",
    accountId: "222222222222",
    roleName: "ops",
  };
  type Args = Parameters<typeof resolveRole>;
  const cases: readonly (readonly [Args, typeof ADMIN])[] = [
    [["admin", undefined, PREFIX, []], ADMIN],
    [["admin", `${PREFIX}admin`, undefined, []], ADMIN],
    [["ops", `${PREFIX}admin`, "arn:aws:iam::999999999999:role/", []], ADMIN],
    [[china, undefined, PREFIX, []], ops],
    [[china, `${PREFIX}admin`, PREFIX, []], ops],
    [["ops", undefined, "arn:aws-cn:iam::222222222222:role/x/", []], ops],
    [["x/ops", undefined, "arn:aws-cn:iam::222222222222:role/", []], ops],
    [["min", undefined, `${PREFIX}ad`, []], ADMIN],
  ];
  for (const [args, expected] of cases) {
    assertEquals(resolveRole(...args), expected);
  }
});

Deno.test("resolveRole() says why a name stands for no role, and what to do", () => {
  type Args = Parameters<typeof resolveRole>;
  const none = (name: string) =>
    `Cannot tell the ARN of role '${name}': it is no entry of 'roles' and there is no 'role_prefix'`;
  const give =
    "give the full ARN, or put 'role_prefix: arn:aws:iam::<account-id>:role/' into assume-role.yaml";
  const cases: readonly (readonly [Args, string, string, string])[] = [
    [["admin", undefined, undefined, []], "UsageError", none("admin"), give],
    [["admin", undefined, "", ["ops"]], "UsageError", none("admin"), give],
    [
      ["admni", undefined, undefined, ["ops", "admin"]],
      "UsageError",
      none("admni"),
      "did you mean 'admin'?",
    ],
    [
      ["arn:aws:iam::111111111111:user/alice", undefined, PREFIX, []],
      "UsageError",
      "Cannot use the role 'arn:aws:iam::111111111111:user/alice': it is not the ARN of a role",
      "a role's ARN is written like arn:aws:iam::111111111111:role/admin",
    ],
    [
      ["admin", undefined, "arn:aws:iam::111:role/", []],
      "ConfigError",
      "Cannot use the role 'admin': with role_prefix it is 'arn:aws:iam::111:role/admin', which is not the ARN of a role",
      "a prefix is written like arn:aws:iam::111111111111:role/",
    ],
    [
      ["ad min", undefined, PREFIX, []],
      "ConfigError",
      `Cannot use the role 'ad min': with role_prefix it is '${PREFIX}ad min', which is not the ARN of a role`,
      "a prefix is written like arn:aws:iam::111111111111:role/",
    ],
  ];
  for (const [args, kind, text, remedy] of cases) {
    const { name, message, hint } = assertThrows(() => resolveRole(...args));
    assertEquals([name, message, hint], [kind, text, remedy]);
  }
});
