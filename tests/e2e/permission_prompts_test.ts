/**
 * On a terminal, Deno asks for a permission that a worker lacks, and the run waits. The
 * sources run here without `--no-prompt`, as with `deno run -A main.ts`.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  deno,
  e2e,
  portalRoleArn,
  PREFIX,
  role,
  ROOT,
  terminal,
  WORLD,
} from "../mod.ts";
import { saveSsoToken, ssoConfig } from "./sign_ins.ts";

const ASSIGNMENT = { accountId: "111111111111", roleName: "Reader" };

e2e(
  "Deno asks for no permission on a terminal",
  {
    ...terminal,
    world: {
      ...WORLD,
      roles: [
        role("admin", { trusts: [ALICE_ARN, portalRoleArn(ASSIGNMENT)] }),
        role("guarded", { requiresMfa: true }),
      ],
      portal: {
        userName: "alice@example.com",
        token: "the-portal-token",
        refreshToken: "the-refresh-token",
        assignments: [ASSIGNMENT],
      },
    },
  },
  async ({ aws, home }) => {
    home.writeHome(".aws/config", ssoConfig("corp", "sso-session corp"));
    await saveSsoToken(home, "corp", Date.now() - 1000);
    const command = argv`${deno(join(ROOT, "main.ts"))} -r`;
    const show = argv`printenv ASSUME_ROLE_ARN`;
    const code = async () => `${await aws.code(ALICE)}\n`;

    // A run with keys, a run that needs the MFA device from IAM, and a run whose token of IAM
    // Identity Center is refreshed.
    const admin = await home.play(argv`${command} admin ${show}`, []);
    assertEquals(admin.stdout, `${ADMIN_ARN}\r\n`);
    const guarded = await home.play(argv`${command} guarded ${show}`, [
      ["MFA code for alice", await code()],
    ]);
    assertEquals(
      guarded.stdout.split("\r\n").slice(-2),
      [`${PREFIX}guarded`, ""],
    );
    const portal = await home.play(
      argv`${command} admin --profile reader ${show}`,
      [],
    );
    assertEquals(portal.stdout, `${ADMIN_ARN}\r\n`);
    assertEquals(
      aws.actions().filter((name) => name === "AssumeRole").length,
      4,
    );
  },
);
