import { assertEquals } from "@std/assert";
import {
  formatRoleLines,
  formatRoleTable,
  type ListedRole,
} from "../../lib/output/role_list.ts";

const SCREEN = {
  columns: 80,
  home: "/home/alice",
  isColoured: false,
  isVerbose: false,
};
const FILE = "/home/alice/infrastructure/assume-role.yaml";
const at = (line: number) =>
  ({ kind: "file", path: FILE, line, column: 3 }) as const;
const inAccount = (accountId: string, roleName: string) => ({
  arn: `arn:aws:iam::${accountId}:role/${roleName}`,
  accountId,
  roleName,
});
const ROLES: readonly ListedRole[] = [
  {
    name: "admin",
    ...inAccount("111111111111", "admin"),
    namedBy: "role",
    source: at(3),
    session: { kind: "fresh", left: 14_279_000, expiration: 0 },
  },
  {
    name: "東京",
    ...inAccount("222222222222", "team/deploy"),
    namedBy: "role",
    source: at(4),
    session: { kind: "stale", left: 59_900, expiration: 0 },
  },
  {
    name: "sso-production-AdministratorAccess-123456789012",
    accountId: "123456789012",
    roleName: "AdministratorAccess",
    namedBy: "profile",
    source: { kind: "profile", profile: "sso", key: "role_arn" },
    session: { kind: "none" },
  },
  {
    name: "default",
    namedBy: "nothing",
    source: { kind: "profile", profile: "default", key: "role_arn" },
    session: { kind: "none" },
  },
  {
    ...inAccount("111111111111", "old"),
    namedBy: "role",
    source: { kind: "cache" },
    session: { kind: "expired", left: -5000, expiration: 0 },
  },
];

Deno.test("formatRoleTable() shows name, account, role and session, and fits into 80 columns", () => {
  assertEquals(
    formatRoleTable(ROLES, SCREEN),
    `NAME     ACCOUNT       ROLE                 SESSION       NOTE
admin    111111111111  admin                fresh, 3h57m
東京     222222222222  team/deploy          stale, 59s
sso-production-AdministratorAccess-123456789012
         123456789012  AdministratorAccess  -             --profile only
default  -             -                    -             keys only
-        111111111111  old                  expired       only cached
`,
  );
  assertEquals(
    formatRoleTable(ROLES.slice(0, 1), { ...SCREEN, isVerbose: true }),
    `NAME   ACCOUNT       ROLE   SESSION
admin  111111111111  admin  fresh, 3h57m
    arn:aws:iam::111111111111:role/admin
    ~/infrastructure/assume-role.yaml:3:3
`,
  );
});

Deno.test("formatRoleTable() colours sessions, and dims the roles that only the cache has", () => {
  const lines = formatRoleTable(ROLES, { ...SCREEN, isColoured: true })
    .split("\n");
  assertEquals(lines[1]!.includes("\x1b[32mfresh, 3h57m\x1b[0m"), true);
  assertEquals(lines[2]!.includes("\x1b[33mstale, 59s\x1b[0m"), true);
  assertEquals(lines.at(-2)!.startsWith("\x1b[2m-\x1b[0m"), true);
});

Deno.test("formatRoleLines() prints name, ARN, source, state and time left, with tabs", () => {
  assertEquals(
    formatRoleLines(ROLES),
    `admin\tarn:aws:iam::111111111111:role/admin\t${FILE}:3:3\tfresh\t3h57m59s
東京\tarn:aws:iam::222222222222:role/team/deploy\t${FILE}:4:3\tstale\t1m
sso-production-AdministratorAccess-123456789012\t-\tprofile (--profile only)\tnone\t-
default\t-\tprofile (keys only)\tnone\t-
-\tarn:aws:iam::111111111111:role/old\tcache\texpired\t-
`,
  );
});
