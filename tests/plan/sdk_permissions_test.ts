import { assert, assertEquals } from "@std/assert";
import { within } from "../../lib/system/path.ts";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import {
  resolveBasePermissions,
  type SdkSource,
} from "../../lib/plan/sdk_permissions.ts";

const CONFIG =
  `[profile all]\nrole_arn = arn:aws:iam::111111111111:role/r\nsource_profile = other\n` +
  "web_identity_token_file = /token\nsso_start_url = https://x\nsso_region = eu-west-1\n" +
  "sso_account_id = 111111111111\nsso_role_name = R\nlogin_session = s\ncredential_process = p\n" +
  "aws_access_key_id = A\naws_secret_access_key = s\n" +
  "[profile other]\ncredential_process = q\n";
const ENV = {
  AWS_ENDPOINT_URL_STS: "https://sts.local",
  AWS_ENDPOINT_URL_SSO: "https://sso.local",
  AWS_WEB_IDENTITY_TOKEN_FILE: "/token",
  AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/x",
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/container-token",
  AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:2",
};

const permissionsOf = (source: SdkSource) =>
  resolveBasePermissions("all", {
    env: ENV,
    home: "/home/alice",
    profiles: parseProfiles(CONFIG, ""),
  }, source);

Deno.test("the SDK that finds base credentials can assume no role: it gets neither hosts of STS nor roles", () => {
  const sources = [
    "sso",
    "login",
    "EcsContainer",
    "Ec2InstanceMetadata",
  ] as const;
  for (const source of sources) {
    const { net, sections, read } = permissionsOf(source);
    assertEquals(net.filter((host) => host.includes("sts")), [], source);
    assert(!/role_arn|token_file|source_profile/.test(sections.config), source);
    assert(!read.includes("/token"), source);
  }
});

Deno.test("the SDK that asks a container or an instance reaches nothing else", () => {
  const container = permissionsOf("EcsContainer");
  assertEquals(container.net, [
    "127.0.0.1:1",
    "169.254.170.2:80",
    "169.254.170.23:80",
    "[fd00:ec2::23]:80",
  ]);
  assertEquals(container.read, ["/container-token"]);
  const instance = permissionsOf("Ec2InstanceMetadata");
  assertEquals(instance.net, [
    "127.0.0.1:2",
    "169.254.169.254:80",
    "[fd00:ec2::254]:80",
  ]);
  for (const { token } of [container, instance]) {
    assertEquals(token, undefined);
  }
  assertEquals(instance.read, []);
});

const HOME = "/home/alice";

function resolve(
  source: SdkSource,
  config: string,
  env: Record<string, string> = {},
) {
  const profiles = parseProfiles(config, "");
  return resolveBasePermissions("x", { env, profiles, home: HOME }, source);
}

Deno.test("for a sign-in, the SDK may call the hosts of the sign-in's region, and read no other token", () => {
  const { net, read, token } = resolve(
    "sso",
    "[profile x]\nregion = eu-west-1\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n[sso-session corp]\nsso_region = us-iso-east-1\nsso_start_url = u\n",
    { AWS_ENDPOINT_URL_S3: "http://example.com", AWS_REGION: "us-east-1" },
  );
  const domains = ["c2s.ic.gov", "api.aws.ic.gov"];
  const names = ["portal.sso", "portal.sso-fips", "oidc", "oidc-fips"];
  assertEquals(
    [...net].sort(),
    names.flatMap((name) =>
      domains.map((domain) => `${name}.us-iso-east-1.${domain}`)
    ).sort(),
  );
  assertEquals(read, []);
  assertEquals(token, {
    kind: "sso",
    directory: within(HOME, ".aws", "sso", "cache"),
    session: "corp",
    sso: {
      name: "corp",
      startUrl: "u",
      region: "us-iso-east-1",
      hosts: ["oidc", "oidc-fips"].flatMap((name) =>
        domains.map((domain) => `${name}.us-iso-east-1.${domain}`)
      ),
    },
  });
});

Deno.test("a sign-in gets the scopes of its sso-session, as the AWS CLI reads them", () => {
  const rows = [
    ["sso_registration_scopes = a, b:*,,\n", ["a", "b:*"]],
    ["sso_registration_scopes = \n", []],
    ["", undefined],
  ] as const;
  for (const [scopes, expected] of rows) {
    const section = `sso_region = us-east-1\nsso_start_url = u\n${scopes}`;
    const profile = "sso_account_id = 1\nsso_role_name = r\n";
    const { token } = resolve(
      "sso",
      `[profile x]\nsso_session = s\n${profile}[sso-session s]\n${section}`,
    );
    assertEquals(token?.sso?.scopes, expected);
    // The AWS CLI ignores the key in a profile without sso_session.
    const legacy = resolve("sso", `[profile x]\n${profile}${section}`);
    assertEquals(legacy.token?.sso?.scopes, undefined);
    assertEquals(legacy.token?.sso?.name, undefined);
  }
});

Deno.test("a damaged region gives no host, and no sign-in", () => {
  const { net, token } = resolve(
    "sso",
    "[profile x]\nsso_region = a.example/\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = u\n",
  );
  assertEquals(net, []);
  assertEquals(token?.sso, undefined);
});

Deno.test("an endpoint of the profile's services is allowed", () => {
  const { net } = resolve(
    "login",
    "[profile x]\nservices = local\nlogin_session = s\n[services local]\nsignin =\n  endpoint_url = http://127.0.0.1:4566\n",
  );
  assert(net.includes("127.0.0.1:4566"), net.join());
});
