// Pure: no I/O.
import { isTrue } from "../aws/is_true.ts";
import { isFipsRegion, stsRegion } from "../aws/partition.ts";
import type { Profiles, Section } from "../aws/profiles.ts";
import { ConfigError } from "../errors.ts";
import type { CaBundle, Endpoints } from "./plan.ts";

type Env = Readonly<Record<string, string>>;

/**
 * Decides the endpoints of STS, IAM and the console's sign-in. The first of these sources
 * that has an endpoint is used, as in the AWS SDKs: a service's variable such as
 * `AWS_ENDPOINT_URL_STS`, the variable `AWS_ENDPOINT_URL`, the profile's `services`
 * section, the profile's `endpoint_url`, AWS's default. The order is documented in
 * "Service-specific endpoints" of the AWS SDKs and Tools Reference Guide.
 *
 * @throws {ConfigError} If an endpoint is not an HTTP or HTTPS URL.
 */
export function resolveEndpoints(
  partition: string,
  region: string | undefined,
  env: Env,
  profile: Section,
  profiles: Profiles,
): Endpoints {
  const caBundle = resolveCaBundle(env, profile);
  const sts = resolveEndpoint("sts", env, profile, profiles);
  const iam = resolveEndpoint("iam", env, profile, profiles);
  const signin = resolveEndpoint("signin", env, profile, profiles);
  return {
    partition,
    region: stsRegion(partition, region),
    useFips: isFipsRegion(region ?? "") ||
      isTrue(env.AWS_USE_FIPS_ENDPOINT ?? profile.use_fips_endpoint),
    useDualstack: isTrue(
      env.AWS_USE_DUALSTACK_ENDPOINT ?? profile.use_dualstack_endpoint,
    ),
    ...(sts && { sts }),
    ...(iam && { iam }),
    ...(signin && { signin }),
    ...(caBundle && { caBundle }),
  };
}

/**
 * Finds the file of CA certificates. The order is botocore's, which does not know
 * `SSL_CERT_FILE`; the other programs of the user do.
 */
function resolveCaBundle(
  { AWS_CA_BUNDLE, REQUESTS_CA_BUNDLE, SSL_CERT_FILE }: Env,
  { ca_bundle }: Section,
): CaBundle | undefined {
  const files = { AWS_CA_BUNDLE, ca_bundle, REQUESTS_CA_BUNDLE, SSL_CERT_FILE };
  const [source, path] = Object.entries(files).find(([, path]) => path) ?? [];
  return source && path ? { source, path } : undefined;
}

function resolveEndpoint(
  service: "sts" | "iam" | "signin",
  env: Env,
  profile: Section,
  profiles: Profiles,
): string | undefined {
  const ignore = env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ??
    profile.ignore_configured_endpoint_urls;
  if (isTrue(ignore)) return undefined;
  const services = profile.services === undefined
    ? undefined
    : profiles.section("services", profile.services);
  const url = env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    env.AWS_ENDPOINT_URL || services?.[`${service}.endpoint_url`] ||
    profile.endpoint_url;
  if (!url) return undefined;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? "")) {
    // The text can have a password at any place.
    const shown = url.includes("@") ? "" : ` '${url}'`;
    throw new ConfigError(
      `Cannot use the ${service.toUpperCase()} endpoint${shown}: not an HTTP or HTTPS URL`,
      {
        hint: "write the endpoint as a URL such as http://127.0.0.1:5000",
      },
    );
  }
  return url;
}
