import { assert, assertEquals } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { providerOf } from "../../lib/aws/profile_provider.ts";
import { resolveBasePermissions } from "../../lib/plan/sdk_permissions.ts";

const HOME = "/home/alice";

function resolve(config: string, env: Record<string, string> = {}) {
  const profiles = parseProfiles(config, "");
  const isProfile = config !== "";
  return resolveBasePermissions(
    isProfile ? "x" : undefined,
    { env, profiles, home: HOME },
    isProfile ? providerOf("x", profiles) : undefined,
  );
}

const LINK_LOCAL = [
  "169.254.169.254:80",
  "[fd00:ec2::254]:80",
  "169.254.170.2:80",
  "169.254.170.23:80",
  "[fd00:ec2::23]:80",
];

Deno.test("for a container or an instance, the SDK may call the link-local endpoints and read the token's file", () => {
  for (const host of ["169.254.170.23", "[fd00:ec2::23]"]) {
    const { net, read, token } = resolve("", {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://${host}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/var/run/token",
      AWS_ENDPOINT_URL: "http://127.0.0.1:5000",
    });
    assertEquals([...net].sort(), [...LINK_LOCAL].sort());
    assertEquals(read, ["/var/run/token"]);
    assertEquals(token, undefined);
  }
});

Deno.test("for a sign-in, the SDK may call the hosts of the sign-in's region, and read no other token", () => {
  const { net, read, token } = resolve(
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
    directory: `${HOME}/.aws/sso/cache`,
    session: "corp",
  });
});

Deno.test("a credential_process needs no host, and a damaged region gives none", () => {
  assertEquals(resolve("[profile x]\ncredential_process = p\n").net, []);
  const { net } = resolve(
    "[profile x]\nsso_region = a.example/\nsso_account_id = 1\nsso_role_name = r\nsso_start_url = u\n",
  );
  assertEquals(net, []);
});

Deno.test("an endpoint of the profile's services is allowed", () => {
  const { net } = resolve(
    "[profile x]\nservices = local\nlogin_session = s\n[services local]\nsignin =\n  endpoint_url = http://127.0.0.1:4566\n",
  );
  assert(net.includes("127.0.0.1:4566"), net.join());
});
