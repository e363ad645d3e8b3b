/** Hosts that the AWS client calls, for all settings that affect hosts. */
import { assertEquals } from "@std/assert";
import { createAwsClient } from "../../lib/aws/client.ts";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { resolvePlan } from "../../lib/plan/resolve_plan.ts";

const ROLE = "iam::111111111111:role/admin";
const KEYS =
  "[default]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n";

/** Settings that affect the hosts of STS and IAM. */
interface Settings {
  readonly partition?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of the profile in `~/.aws/config`. */
  readonly profile?: string;
  readonly option?: string;
}

/** Hosts of STS and IAM, and the region in the signature of requests to STS. */
type Hosts = readonly [sts: string, region: string, iam: string];

async function findCalledHosts(
  { partition = "aws", env = {}, profile = "", option }: Settings,
): Promise<Hosts> {
  const config =
    `[default]\n${profile}\n[services local]\nsts =\n  endpoint_url = http://sts.local\n`;
  const { endpoints } = await resolvePlan({
    options: {
      role: `arn:${partition}:${ROLE}`,
      ...(option !== undefined && { region: option }),
    },
    variables: {},
    configs: [],
    env,
    home: undefined,
    profiles: parseProfiles(config, KEYS),
  });
  const seen: string[] = [];
  const client = createAwsClient({
    ...endpoints,
    credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
    now: Date.now,
    fetch: (input) => {
      const { url, headers } = input as Request;
      const [, , region = ""] =
        /Credential=[^,]+/.exec(headers.get("authorization") ?? "")?.[0]
          .split("/") ?? [];
      seen.push(new URL(url).origin.replace("https://", ""), region);
      const body = "<Error><Code>AccessDenied</Code></Error>";
      return Promise.resolve(new Response(body, { status: 403 }));
    },
  });
  for (const call of [client.getCallerIdentity, client.getUserName]) {
    await call().catch(() => {});
  }
  const [sts = "", region = "", iam = ""] = seen;
  return [sts, region, iam];
}

const COMMON = "iam.amazonaws.com";
const GLOBAL: Hosts = ["sts.us-east-1.amazonaws.com", "us-east-1", COMMON];
const IRELAND: Hosts = ["sts.eu-west-1.amazonaws.com", "eu-west-1", COMMON];
const AWS_REGION = "eu-west-1";

const CASES: Readonly<Record<string, readonly [Settings, Hosts]>> = {
  "no region": [{}, GLOBAL],
  "a region of the profile": [{ profile: "region = eu-west-1" }, IRELAND],
  "a variable before the profile": [
    { env: { AWS_REGION }, profile: "region = eu-north-1" },
    IRELAND,
  ],
  "the older variable": [{ env: { AWS_DEFAULT_REGION: AWS_REGION } }, IRELAND],
  "an option before variables and the profile": [
    { env: { AWS_REGION: "eu-north-1" }, option: "eu-west-1" },
    IRELAND,
  ],
  // 99designs/aws-vault#512, #543: only the regional STS works for opt-in regions.
  "a region that has to be enabled": [
    { option: "ap-east-1" },
    ["sts.ap-east-1.amazonaws.com", "ap-east-1", COMMON],
  ],
  "a region that is newer than this program": [
    { option: "xx-new-9" },
    ["sts.xx-new-9.amazonaws.com", "xx-new-9", COMMON],
  ],
  "China": [
    { partition: "aws-cn" },
    [
      "sts.cn-north-1.amazonaws.com.cn",
      "cn-north-1",
      "iam.cn-north-1.amazonaws.com.cn",
    ],
  ],
  "another region of China": [
    { partition: "aws-cn", option: "cn-northwest-1" },
    [
      "sts.cn-northwest-1.amazonaws.com.cn",
      "cn-northwest-1",
      "iam.cn-north-1.amazonaws.com.cn",
    ],
  ],
  "a region of another partition than the role": [
    { partition: "aws-cn", env: { AWS_REGION } },
    [
      "sts.cn-north-1.amazonaws.com.cn",
      "cn-north-1",
      "iam.cn-north-1.amazonaws.com.cn",
    ],
  ],
  "GovCloud": [
    { partition: "aws-us-gov", option: "us-gov-east-1" },
    [
      "sts.us-gov-east-1.amazonaws.com",
      "us-gov-east-1",
      "iam.us-gov.amazonaws.com",
    ],
  ],
  "the European sovereign cloud": [
    { partition: "aws-eusc" },
    [
      "sts.eusc-de-east-1.amazonaws.eu",
      "eusc-de-east-1",
      "iam.eusc-de-east-1.amazonaws.eu",
    ],
  ],
  "FIPS": [
    { env: { AWS_USE_FIPS_ENDPOINT: "true" }, option: "us-west-2" },
    ["sts-fips.us-west-2.amazonaws.com", "us-west-2", "iam-fips.amazonaws.com"],
  ],
  "FIPS by the profile": [
    { profile: "use_fips_endpoint = true\nregion = us-west-2" },
    ["sts-fips.us-west-2.amazonaws.com", "us-west-2", "iam-fips.amazonaws.com"],
  ],
  "a FIPS region": [
    { option: "fips-us-west-2" },
    ["sts-fips.us-west-2.amazonaws.com", "us-west-2", "iam-fips.amazonaws.com"],
  ],
  "a FIPS region of GovCloud": [
    { partition: "aws-us-gov", env: { AWS_REGION: "us-gov-east-1-fips" } },
    [
      "sts.us-gov-east-1.amazonaws.com",
      "us-gov-east-1",
      "iam.us-gov.amazonaws.com",
    ],
  ],
  "a second region of a partition without internet": [
    { partition: "aws-iso", option: "us-iso-west-1" },
    [
      "sts.us-iso-west-1.c2s.ic.gov",
      "us-iso-west-1",
      "iam.us-iso-east-1.c2s.ic.gov",
    ],
  ],
  "dual stack": [
    { env: { AWS_USE_DUALSTACK_ENDPOINT: "true", AWS_REGION } },
    ["sts.eu-west-1.api.aws", "eu-west-1", "iam.global.api.aws"],
  ],
  "an endpoint of STS": [
    { env: { AWS_ENDPOINT_URL_STS: "https://vpce.example", AWS_REGION } },
    ["vpce.example", "eu-west-1", COMMON],
  ],
  "an endpoint of all services": [
    { env: { AWS_ENDPOINT_URL: "http://127.0.0.1:5000", AWS_REGION } },
    ["http://127.0.0.1:5000", "eu-west-1", "http://127.0.0.1:5000"],
  ],
  "an endpoint of the profile": [
    { profile: "endpoint_url = http://profile.local" },
    ["http://profile.local", "us-east-1", "http://profile.local"],
  ],
  "an endpoint of the profile's services": [
    { profile: "services = local\nendpoint_url = http://profile.local" },
    ["http://sts.local", "us-east-1", "http://profile.local"],
  ],
  "endpoints that are ignored": [
    {
      env: {
        AWS_ENDPOINT_URL: "http://127.0.0.1:5000",
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
      },
      profile: "services = local",
    },
    GLOBAL,
  ],
};

for (const [name, [settings, expected]] of Object.entries(CASES)) {
  Deno.test(`the AWS client calls the hosts for ${name}`, async () => {
    assertEquals(await findCalledHosts(settings), expected);
  });
}
