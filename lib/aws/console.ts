// Pure: no I/O.
import { partitionOf } from "./partition.ts";

/** The domains of the console, by partition. */
const DOMAINS: Readonly<Record<string, string>> = {
  "aws": "aws.amazon.com",
  "aws-cn": "amazonaws.cn",
  "aws-us-gov": "amazonaws-us-gov.com",
};
const ISSUER = "assume-role";

/** Where a partition's console is, and where it is signed in to. */
export interface ConsoleAddress {
  /** The federation endpoint, which gives tokens and takes them. */
  readonly federation: string;
  /** The page to begin with: that of the region, where one is known. */
  readonly destination: string;
}

/**
 * Where the console of a partition is; `undefined` where that is not known.
 *
 * @param endpoint where to sign in, if it is not at AWS's own place
 */
export function consoleAddress(
  partition: string,
  region: string | undefined,
  endpoint?: string,
): ConsoleAddress | undefined {
  const domain = DOMAINS[partition];
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
 * The address that signs in to the console ("Enable custom identity broker access
 * to the AWS console", IAM User Guide). It is a secret: whoever has it is let in.
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
