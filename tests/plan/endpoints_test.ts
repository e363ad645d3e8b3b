import { assertEquals, assertThrows } from "@std/assert";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { resolveEndpoints } from "../../lib/plan/endpoints.ts";
import type { Endpoints } from "../../lib/plan/plan.ts";

const PROFILES = parseProfiles(
  `[services local]
sts =
  endpoint_url = http://services-sts
iam =
  endpoint_url = http://services-iam
`,
  "",
);

type Texts = Record<string, string>;

function resolve(env: Texts, profile: Texts = {}): Endpoints {
  return resolveEndpoints("aws", "eu-west-1", env, profile, PROFILES);
}

const endpoints = (more: Partial<Endpoints> = {}): Endpoints => ({
  partition: "aws",
  region: "eu-west-1",
  useFips: false,
  useDualstack: false,
  ...more,
});

Deno.test("resolveEndpoints() leaves default endpoints to the SDK", () => {
  assertEquals(resolve({}), endpoints());
  assertEquals(
    resolveEndpoints("aws-cn", "eu-west-1", {}, {}, PROFILES),
    endpoints({ partition: "aws-cn", region: "cn-north-1" }),
  );
});

Deno.test("resolveEndpoints() prefers the service's variable, then AWS_ENDPOINT_URL, the profile's services section, the profile's endpoint_url", () => {
  const all = {
    AWS_ENDPOINT_URL_STS: "http://env-sts",
    AWS_ENDPOINT_URL: "http://env",
  };
  const profile = { services: "local", endpoint_url: "http://profile" };
  const cases: readonly (readonly [Texts, Texts, string, string])[] = [
    [all, profile, "http://env-sts", "http://env"],
    [
      { AWS_ENDPOINT_URL_STS: "", AWS_ENDPOINT_URL_IAM: "https://env-iam" },
      profile,
      "http://services-sts",
      "https://env-iam",
    ],
    [
      { AWS_ENDPOINT_URL: "http://env" },
      profile,
      "http://env",
      "http://env",
    ],
    [{}, profile, "http://services-sts", "http://services-iam"],
    [
      {},
      { ...profile, services: "none" },
      "http://profile",
      "http://profile",
    ],
    [
      {},
      { endpoint_url: "http://profile" },
      "http://profile",
      "http://profile",
    ],
  ];
  for (const [env, section, sts, iam] of cases) {
    const signin = env.AWS_ENDPOINT_URL || "http://profile";
    assertEquals(resolve(env, section), endpoints({ sts, iam, signin }));
  }
});

Deno.test("resolveEndpoints() reads a separate endpoint for the console's sign-in", () => {
  assertEquals(
    resolve({ AWS_ENDPOINT_URL_SIGNIN: "http://signin" }),
    endpoints({ signin: "http://signin" }),
  );
});

Deno.test("resolveEndpoints() ignores configured endpoints if AWS_IGNORE_CONFIGURED_ENDPOINT_URLS or the profile requests it", () => {
  const profile = { endpoint_url: "http://profile" };
  const env = { AWS_ENDPOINT_URL: "http://env" };
  assertEquals(
    [
      resolve({ ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, profile),
      resolve(env, { ...profile, ignore_configured_endpoint_urls: "TRUE" }),
    ],
    [endpoints(), endpoints()],
  );
  assertEquals(
    resolve(
      { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" },
      { ignore_configured_endpoint_urls: "true" },
    ),
    endpoints({
      sts: "http://env",
      iam: "http://env",
      signin: "http://env",
    }),
  );
});

Deno.test("resolveEndpoints() prefers variables to the profile for FIPS, dual stack and the CA bundle", () => {
  const profile = {
    use_fips_endpoint: "true",
    use_dualstack_endpoint: "true",
    ca_bundle: "/profile.pem",
  };
  const env = {
    AWS_USE_FIPS_ENDPOINT: "false",
    AWS_USE_DUALSTACK_ENDPOINT: "false",
    AWS_CA_BUNDLE: "/env.pem",
  };
  const caBundle = (source: string, path: string) => ({
    caBundle: { source, path },
  });
  assertEquals(
    [resolve({}, profile), resolve(env, profile), resolve(env)],
    [
      endpoints({
        useFips: true,
        useDualstack: true,
        ...caBundle("ca_bundle", "/profile.pem"),
      }),
      endpoints(caBundle("AWS_CA_BUNDLE", "/env.pem")),
      endpoints(caBundle("AWS_CA_BUNDLE", "/env.pem")),
    ],
  );
});

Deno.test("resolveEndpoints() looks for the CA bundle in botocore's order, and then in SSL_CERT_FILE", () => {
  const env = {
    REQUESTS_CA_BUNDLE: "/requests.pem",
    SSL_CERT_FILE: "/ssl.pem",
  };
  const cases: readonly (readonly [Texts, Texts, string, string])[] = [
    [{ ...env, AWS_CA_BUNDLE: "/aws.pem" }, {}, "AWS_CA_BUNDLE", "/aws.pem"],
    [
      { ...env, AWS_CA_BUNDLE: "" },
      { ca_bundle: "/profile.pem" },
      "ca_bundle",
      "/profile.pem",
    ],
    [env, {}, "REQUESTS_CA_BUNDLE", "/requests.pem"],
    [{ ...env, REQUESTS_CA_BUNDLE: "" }, {}, "SSL_CERT_FILE", "/ssl.pem"],
  ];
  for (const [env, profile, source, path] of cases) {
    assertEquals(resolve(env, profile).caBundle, { source, path });
  }
  assertEquals(resolve({ SSL_CERT_FILE: "" }).caBundle, undefined);
});

Deno.test("resolveEndpoints() refuses an endpoint that is not an HTTP or HTTPS URL", () => {
  for (const url of ["localhost:5000", "127.0.0.1", "ftp://x", "file:///x"]) {
    const { name, message, hint } = assertThrows(() =>
      resolve({ AWS_ENDPOINT_URL_IAM: url })
    );
    assertEquals([name, message, hint], [
      "ConfigError",
      `Cannot use the IAM endpoint '${url}': not an HTTP or HTTPS URL`,
      "write the endpoint as a URL such as http://127.0.0.1:5000",
    ]);
  }
  for (const url of ["http://me:S3/cret@x", "me:S3cret@x:1", "//me:S3cret@x"]) {
    assertThrows(
      () => resolve({ AWS_ENDPOINT_URL_IAM: url }),
      Error,
      "Cannot use the IAM endpoint: not an HTTP or HTTPS URL",
    );
  }
});
