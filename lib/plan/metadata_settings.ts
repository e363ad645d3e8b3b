// Pure: no I/O.
// Settings of the EC2 instance metadata service. As in botocore, each setting is a variable
// or, if the variable is not set, a key of the profile that the user named.
import { isTrue } from "../aws/is_true.ts";
import type { Section } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";

/** The key of a profile for each variable. */
const PROFILE_KEYS = {
  AWS_EC2_METADATA_SERVICE_ENDPOINT: "ec2_metadata_service_endpoint",
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: "ec2_metadata_service_endpoint_mode",
  AWS_EC2_METADATA_V1_DISABLED: "ec2_metadata_v1_disabled",
  AWS_IMDS_USE_IPV6: "imds_use_ipv6",
  AWS_METADATA_SERVICE_TIMEOUT: "metadata_service_timeout",
  AWS_METADATA_SERVICE_NUM_ATTEMPTS: "metadata_service_num_attempts",
} as const;

type Name = keyof typeof PROFILE_KEYS;

/** A condition for the values of a setting, and the message if a value breaks it. */
interface Check {
  readonly isValid: (value: string) => boolean;
  readonly problem: string;
}

const NUMBER: Check = {
  isValid: (value) => /^0*[1-9]\d{0,5}$/.test(value),
  problem: "is not a positive whole number",
};

const CHECKS: Partial<Record<Name, Check>> = {
  AWS_EC2_METADATA_SERVICE_ENDPOINT: {
    isValid: (value) => value === "" || URL.canParse(value),
    problem: "is not a URL",
  },
  AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: {
    isValid: (value) => /^ipv[46]$/i.test(value),
    problem: "is neither IPv4 nor IPv6",
  },
  AWS_METADATA_SERVICE_TIMEOUT: NUMBER,
  AWS_METADATA_SERVICE_NUM_ATTEMPTS: NUMBER,
};

/**
 * Resolves the settings of the EC2 instance metadata service, as variables for the AWS SDK.
 * The SDK alone would read the keys of another profile, and fewer spellings of the values.
 *
 * @throws {ConfigError} If a setting has an invalid value.
 */
export function metadataVariables(
  env: Readonly<Record<string, string>>,
  section: Section,
): Readonly<Record<string, string>> {
  const values: Partial<Record<Name, string>> = {};
  for (const name of Object.keys(PROFILE_KEYS) as Name[]) {
    const key = PROFILE_KEYS[name];
    const value = env[name] ?? section[key];
    if (value === undefined) continue;
    const { isValid, problem } = CHECKS[name] ?? { isValid: () => true };
    if (!isValid(value)) {
      const setting = env[name] === undefined ? key : name;
      throw new ConfigError(`Cannot use ${setting}: '${value}' ${problem}`);
    }
    values[name] = value;
  }
  const {
    AWS_IMDS_USE_IPV6: usesIpv6,
    AWS_EC2_METADATA_V1_DISABLED: isV1Disabled,
    AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: given,
    ...others
  } = values;
  const mode = given ?? (isTrue(usesIpv6) ? "IPv6" : undefined);
  return {
    ...others,
    ...(mode !== undefined && {
      AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: `IPv${mode.at(-1)}`,
    }),
    ...(isV1Disabled !== undefined &&
      { AWS_EC2_METADATA_V1_DISABLED: `${isTrue(isV1Disabled)}` }),
  };
}
