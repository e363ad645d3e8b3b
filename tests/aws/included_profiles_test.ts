import { assertEquals, assertThrows } from "@std/assert";
import { withIncludedProfiles } from "../../lib/aws/included_profiles.ts";
import { parseProfiles } from "../../lib/aws/profiles.ts";

const ROLE = "role_arn = arn:aws:iam::111111111111:role/";
const SSO = "sso_start_url = https://x\nsso_region = eu-west-1\n";

/** Returns the keys of the profile `x`. */
function keysOfX(config: string, credentials = ""): Record<string, string> {
  const profiles = withIncludedProfiles(parseProfiles(config, credentials));
  profiles.check("x");
  return { ...profiles.get("x") };
}

Deno.test("include_profile fills in credentials by aws-vault's order, if the AWS CLI finds none", () => {
  const all =
    `[profile all]\nsource_profile = s\n${ROLE}all\n${SSO}credential_process = p\n`;
  const cases: readonly (readonly [string, Record<string, string>])[] = [
    ["", { source_profile: "s", role_arn: ROLE.slice(11) + "all" }],
    [`${ROLE}own\n`, {
      source_profile: "s",
      role_arn: ROLE.slice(11) + "own",
    }],
    ["credential_process = q\n", { credential_process: "q" }],
    ["aws_secret_access_key = half\n", { aws_secret_access_key: "half" }],
  ];
  for (const [own, expected] of cases) {
    assertEquals(keysOfX(`${all}[profile x]\ninclude_profile = all\n${own}`), {
      include_profile: "all",
      ...expected,
    });
  }
  const session = "sso_account_id = 1\nsso_role_name = R\n";
  assertEquals(
    keysOfX(
      `[profile sso]\n${SSO}credential_process = p\n[profile x]\ninclude_profile = sso\n${session}`,
    ),
    {
      include_profile: "sso",
      sso_start_url: "https://x",
      sso_region: "eu-west-1",
      sso_account_id: "1",
      sso_role_name: "R",
    },
  );
});

Deno.test("a profile without include_profile gets only aws-vault's own keys from 'default'", () => {
  const shared =
    `[default]\nregion = r\nmfa_serial = m\nmfa_process = p\n${ROLE}d\nsource_profile = s\n`;
  assertEquals(keysOfX(`${shared}[profile x]\noutput = json\n`), {
    output: "json",
    mfa_process: "p",
  });
  assertEquals(keysOfX(`${shared}[profile x]\nmfa_process =\n`), {
    mfa_process: "p",
  });
  assertEquals(keysOfX(shared, "[x]\nregion = q\nmfa_process = wrong\n"), {
    region: "q",
    mfa_process: "p",
  });
  const profiles = withIncludedProfiles(parseProfiles(shared, ""));
  assertEquals(profiles.get("x"), undefined);
  // A mistake in 'default' does not matter for other profiles.
  keysOfX("[default]\nregion = a\nregion = b\n[profile x]\nregion = c\n");
});

Deno.test("ownerOf() names the profile that a value comes from", () => {
  const { ownerOf } = withIncludedProfiles(parseProfiles(
    "[default]\nregion = r\nmfa_process = p\n[profile a]\nmfa_serial = m\n[profile x]\ninclude_profile = a\noutput = json\nmfa_process =\n",
    "[x]\nrole_session_name = n\n",
  ));
  const keys = [
    "output",
    "role_session_name",
    "mfa_serial",
    "region",
    "mfa_process",
    "none",
  ];
  assertEquals(keys.map((key) => ownerOf("x", key)), [
    "x",
    "x",
    "a",
    "default",
    "default",
    "x",
  ]);
});

Deno.test("check() checks the included profiles", () => {
  assertThrows(
    () =>
      keysOfX(
        "[profile a]\nregion = b\nregion = c\n[profile x]\ninclude_profile = a\n",
      ),
    Error,
    "Cannot use the AWS profile 'a': the key 'region' occurs a second time",
  );
});
