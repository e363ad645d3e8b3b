// Pure: no I/O.
import { partitionOf, PARTITIONS } from "./partition.ts";

const ISSUER = "assume-role";

/** The two addresses that are needed to sign in to a partition's console. */
export interface ConsoleAddress {
  /** The federation endpoint, which issues and accepts sign-in tokens. */
  readonly federation: string;
  /** The console's first page: the region's page if the region is in the partition. */
  readonly destination: string;
}

/**
 * Returns the addresses of a partition's console; `undefined` if the partition's
 * console is not known.
 *
 * @param endpoint custom address of the sign-in service; absent for AWS's own address
 */
export function consoleAddress(
  partition: string,
  region: string | undefined,
  endpoint?: string,
): ConsoleAddress | undefined {
  const domain = PARTITIONS.find(({ name }) => name === partition)
    ?.consoleDomain;
  if (domain === undefined) return undefined;
  const origin = endpoint?.replace(/\/+$/, "") ?? `https://signin.${domain}`;
  const host = ["console", domain].join(".");
  const isOfPartition = region !== undefined &&
    partitionOf(region) === partition;
  return {
    federation: `${origin}/federation`,
    destination: isOfPartition
      ? `https://${region}.${host}/console/home?region=${region}`
      : `https://${host}/console/home`,
  };
}

/**
 * Returns the URL that signs in to the console; see "Enable custom identity broker
 * access to the AWS console" in the IAM User Guide. The URL is a secret, because
 * anybody can sign in with this URL.
 */
export function signinUrl(
  { federation, destination }: ConsoleAddress,
  signinToken: string,
): string {
  const query = new URLSearchParams({
    Action: "login",
    Issuer: ISSUER,
    Destination: destination,
    SigninToken: signinToken,
  });
  return `${federation}?${query}`;
}
