import type {
  AwsConnection,
  BaseQuery,
  ConnectionSettings,
  Sdk,
} from "../aws/sdk_interface.ts";
import type { Reporter } from "../host.ts";
import { noticing } from "./wait_notice.ts";

/** Returns an SDK that shows a notice while AWS takes long to answer. */
export function noticingSdk(sdk: Sdk, reporter: Reporter): Sdk {
  return {
    // A sign-in says itself what assume-role waits for.
    connectSignIn: (query) => sdk.connectSignIn(query),
    connect: (settings) =>
      noticingConnection(sdk.connect(settings), settings, reporter),
    findBase: (query, ...rest) =>
      noticing(
        `waiting for ${nameOfBase(query)}…`,
        reporter,
        () => sdk.findBase(query, ...rest),
      ),
  };
}

function nameOfBase({ source, permissions }: BaseQuery): string {
  if (source === "Ec2InstanceMetadata") {
    return "the metadata of the EC2 instance";
  }
  if (source === "EcsContainer") return "the credentials of the container";
  return permissions.token === undefined
    ? "the base credentials"
    : "the sign-in to AWS";
}

function noticingConnection(
  connection: AwsConnection,
  { sts, iam }: ConnectionSettings,
  reporter: Reporter,
): AwsConnection {
  const wait = (service: "STS" | "IAM", url: string | undefined) => {
    const place = url === undefined ? "" : ` at ${new URL(url).host}`;
    return <A extends readonly unknown[], T>(
      call: (...args: A) => Promise<T>,
    ) =>
    (...args: A) =>
      noticing(
        `waiting for AWS ${service}${place}…`,
        reporter,
        () => call(...args),
      );
  };
  const ofSts = wait("STS", sts);
  const ofIam = wait("IAM", iam);
  return {
    getCallerIdentity: ofSts(connection.getCallerIdentity),
    assumeRole: ofSts(connection.assumeRole),
    assumeRoleWithWebIdentity: ofSts(connection.assumeRoleWithWebIdentity),
    getSessionToken: ofSts(connection.getSessionToken),
    listMfaDevices: ofIam(connection.listMfaDevices),
    getUserName: ofIam(connection.getUserName),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
