import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/errors.ts";
import { metadataVariables } from "../../lib/plan/metadata_settings.ts";

const ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const MODE = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
const V1_DISABLED = "AWS_EC2_METADATA_V1_DISABLED";
const TIMEOUT = "AWS_METADATA_SERVICE_TIMEOUT";
const ATTEMPTS = "AWS_METADATA_SERVICE_NUM_ATTEMPTS";

type Texts = Readonly<Record<string, string>>;

// The values that botocore accepts are from `botocore.configprovider` and `botocore.utils`.
Deno.test("metadataVariables() prefers variables to the profile, and normalizes the values like botocore", () => {
  const cases: readonly (readonly [Texts, Texts, Texts])[] = [
    [{}, {}, {}],
    [{ AWS_REGION: "r" }, { region: "r" }, {}],
    [
      {},
      { ec2_metadata_service_endpoint: "http://a" },
      { [ENDPOINT]: "http://a" },
    ],
    [
      { [ENDPOINT]: "http://b" },
      { ec2_metadata_service_endpoint: "http://a" },
      { [ENDPOINT]: "http://b" },
    ],
    [
      { [ENDPOINT]: "" },
      { ec2_metadata_service_endpoint: "http://a" },
      { [ENDPOINT]: "" },
    ],
    [{ [MODE]: "ipv6" }, {}, { [MODE]: "IPv6" }],
    [{}, { ec2_metadata_service_endpoint_mode: "IPV4" }, { [MODE]: "IPv4" }],
    [{}, { imds_use_ipv6: "True" }, { [MODE]: "IPv6" }],
    [{ AWS_IMDS_USE_IPV6: "no" }, { imds_use_ipv6: "true" }, {}],
    [{ [MODE]: "ipv4" }, { imds_use_ipv6: "true" }, { [MODE]: "IPv4" }],
    [{ [V1_DISABLED]: "False" }, {}, { [V1_DISABLED]: "false" }],
    [{}, { ec2_metadata_v1_disabled: "TRUE" }, { [V1_DISABLED]: "true" }],
    [
      { [TIMEOUT]: "5" },
      { metadata_service_num_attempts: "3" },
      { [TIMEOUT]: "5", [ATTEMPTS]: "3" },
    ],
  ];
  for (const [env, section, expected] of cases) {
    assertEquals(metadataVariables(env, section), expected);
  }
});

Deno.test("metadataVariables() refuses invalid values, and names the variable or the key", () => {
  const cases: readonly (readonly [Texts, Texts, string])[] = [
    [{ [ENDPOINT]: "a" }, {}, `${ENDPOINT}: 'a' is not a URL`],
    [
      {},
      { ec2_metadata_service_endpoint_mode: "IPv5" },
      "ec2_metadata_service_endpoint_mode: 'IPv5' is neither IPv4 nor IPv6",
    ],
    [{ [MODE]: "" }, {}, `${MODE}: '' is neither IPv4 nor IPv6`],
    [{ [TIMEOUT]: "" }, {}, `${TIMEOUT}: '' is not a positive whole number`],
    [
      {},
      { metadata_service_num_attempts: "0" },
      "metadata_service_num_attempts: '0' is not a positive whole number",
    ],
  ];
  for (const [env, section, expected] of cases) {
    assertThrows(
      () => metadataVariables(env, section),
      ConfigError,
      `Cannot use ${expected}`,
    );
  }
});
