/** Starting points that are containers and EC2 instances. */
import { PREFIX, type TestHome } from "../../mod.ts";
import {
  by,
  firstBy,
  NO_DEVICE,
  NO_PROFILE,
  otherUrl,
  ROLE_SOURCES_TEST,
  roleProfile,
  STARTING_POINTS_TEST,
  type StartingPoint,
  writeConfig,
} from "./starting_point.ts";

const instance = (url: string) => ({
  AWS_EC2_METADATA_DISABLED: "false",
  AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
});
const container = (url: string) => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: "the-container-token",
});
const podIdentity = (url: string, home: TestHome) => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/container/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: home.write(
    "pod",
    "the-container-token",
  ),
});

/** Variables with the address of an endpoint of the given server. */
type Variables = (url: string, home: TestHome) => Record<string, string>;

/** Starts a row whose base credentials an endpoint gives; another endpoint changes them. */
function byEndpoint(
  variables: Variables,
  caller: string,
): Pick<StartingPoint, "start" | "change"> {
  const steps = [`${caller} > end`];
  return {
    start: ({ aws, home }) => ({ env: variables(aws.url, home), steps }),
    change: (context) => ({
      env: variables(otherUrl(context), context.home),
      steps,
    }),
  };
}

const DEFAULT_CHAIN = by([
  STARTING_POINTS_TEST,
  "a container, and an instance by IMDSv2, can supply base credentials",
]);
const POD_IDENTITY = by([
  "network_test.ts",
  "EKS Pod Identity: a rotated token in a file beyond the home, for the endpoint ${host}",
]);
const OWN_SESSION = by([
  ROLE_SOURCES_TEST,
  "the keys of the profile apply to the role, and its session is cached",
]);

const MACHINE = "assumed-role/machine/i-0fa4e000000000001";
const CONTAINER = "assumed-role/container/0fa4e000000000000000000000000001";
const INSTANCE_REQUESTS = [
  "GetMetadataToken",
  "GetInstanceRole",
  "GetInstanceCredentials",
];

/** The rows of the table for these starting points. */
export const MACHINES: readonly StartingPoint[] = [
  {
    name: "credential_source = Ec2InstanceMetadata",
    elsewhere: {
      session: OWN_SESSION,
      MFA: NO_DEVICE,
    },
    start: (context) => {
      writeConfig(
        context,
        roleProfile("credential_source = Ec2InstanceMetadata"),
      );
      const env = instance(context.aws.url);
      return { profile: "x", env, steps: firstBy(MACHINE) };
    },
    change: (context) => ({
      profile: "x",
      env: instance(otherUrl(context)),
      steps: firstBy(MACHINE),
    }),
    session: `${PREFIX}first`,
    renewal: [
      ...INSTANCE_REQUESTS,
      "AssumeRole",
      "AssumeRole",
    ],
  },
  {
    name: "credential_source = EcsContainer",
    elsewhere: {
      session: OWN_SESSION,
      MFA: NO_DEVICE,
      chain: by([
        ROLE_SOURCES_TEST,
        "roles in the middle of a source_profile chain keep their own keys, with any credentials",
      ]),
    },
    start: (context) => {
      writeConfig(context, roleProfile("credential_source = EcsContainer"));
      const env = container(context.aws.url);
      return { profile: "x", env, steps: firstBy(CONTAINER) };
    },
    change: (context) => ({
      profile: "x",
      env: container(otherUrl(context)),
      steps: firstBy(CONTAINER),
    }),
    session: `${PREFIX}first`,
    renewal: [
      "GetContainerCredentials",
      "AssumeRole",
      "AssumeRole",
    ],
  },
  {
    name: "a container",
    elsewhere: {
      base: DEFAULT_CHAIN,
      session: NO_PROFILE,
      MFA: NO_DEVICE,
    },
    ...byEndpoint(container, CONTAINER),
    renewal: ["GetContainerCredentials", "AssumeRole"],
  },
  {
    name: "EKS Pod Identity",
    elsewhere: {
      base: POD_IDENTITY,
      session: NO_PROFILE,
      refresh: POD_IDENTITY,
      MFA: NO_DEVICE,
    },
    ...byEndpoint(podIdentity, CONTAINER),
  },
  {
    name: "an EC2 instance",
    elsewhere: {
      base: DEFAULT_CHAIN,
      session: NO_PROFILE,
      MFA: NO_DEVICE,
    },
    ...byEndpoint(instance, MACHINE),
    renewal: [...INSTANCE_REQUESTS, "AssumeRole"],
  },
];
