// Pure: no I/O.
import { UsageError } from "../errors.ts";
import { CONSOLE_HOME, type ConsolePage } from "../settings/console_pages.ts";
import { type Partition, partitionOf, PARTITIONS } from "./partition.ts";

const ISSUER = "assume-role";

/** The two addresses that are needed to sign in to a partition's console. */
export interface ConsoleAddress {
  /** The federation endpoint, which issues and accepts sign-in tokens. */
  readonly federation: string;
  /** The page of the console: the region's page if the region is in the partition. */
  readonly destination: string;
}

/** Options of {@linkcode consoleAddress}. */
export interface ConsoleOptions {
  /** Page to open; default: the first page of the console. */
  readonly page?: ConsolePage;
  /** Custom address of the sign-in service; absent for AWS's own address. */
  readonly endpoint?: string | undefined;
}

/**
 * Returns the addresses of a partition's console; `undefined` if the partition's
 * console is not known.
 *
 * @throws {UsageError} If the page is not a page of the partition's console.
 */
export function consoleAddress(
  partitionName: string,
  region: string | undefined,
  { page = CONSOLE_HOME, endpoint }: ConsoleOptions = {},
): ConsoleAddress | undefined {
  const partition = PARTITIONS.find(({ name }) => name === partitionName);
  if (partition?.consoleDomain === undefined) return undefined;
  const { consoleDomain: domain } = partition;
  const ownRegion =
    region !== undefined && partitionOf(region) === partitionName
      ? region
      : undefined;
  const origin = endpoint?.replace(/\/+$/, "") ??
    `https://${signinHost(partition, domain, ownRegion)}`;
  return {
    federation: `${origin}/federation`,
    destination: destinationOf(page, domain, ownRegion),
  };
}

function signinHost(
  { hasRegionalSignin, region: main }: Partition,
  domain: string,
  region: string | undefined,
): string {
  const host = `signin.${domain}`;
  return hasRegionalSignin ? `${region ?? main}.${host}` : host;
}

function destinationOf(
  { path, isGlobal }: ConsolePage,
  domain: string,
  region: string | undefined,
): string {
  const host = ["console", domain].join(".");
  const pageRegion = isGlobal ? undefined : region;
  const base = `https://${pageRegion ? `${pageRegion}.` : ""}${host}/`;
  const url = URL.parse(path.replace(/^\/+/, ""), base);
  const isOfConsole = url?.protocol === "https:" && url.port === "" &&
    url.username === "" && url.password === "" &&
    (url.hostname === host || url.hostname.endsWith(`.${host}`));
  if (!isOfConsole) {
    throw new UsageError(
      `Cannot open '${path}' in the console: not a page of ${host}`,
      { hint: "write a path such as '--console=ec2/home#Instances:'" },
    );
  }
  const isComplete = URL.canParse(path) || url.searchParams.has("region");
  if (pageRegion !== undefined && !isComplete) {
    url.search += `${url.search === "" ? "?" : "&"}region=${pageRegion}`;
  }
  return url.href;
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
