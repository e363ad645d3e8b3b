/**
 * Compares the table of hosts with the endpoint rules and the partitions of the AWS SDK:
 * every host that the SDK can call is allowed, in the sandbox and for the executable.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { SigninClient } from "@aws-sdk/nested-clients/signin";
import { SSOClient } from "@aws-sdk/nested-clients/sso";
import { SSOOIDCClient } from "@aws-sdk/nested-clients/sso-oidc";
import { STSClient } from "@aws-sdk/client-sts";
import { IAMClient } from "@aws-sdk/client-iam";
import {
  allowedHosts,
  CONTAINER_HOSTS,
  hostsOf,
  METADATA_HOSTS,
  regionalHosts,
  type Service,
} from "../../lib/aws/hosts.ts";
import {
  type Partition,
  partitionOf,
  PARTITIONS,
  realRegion,
  stsRegion,
} from "../../lib/aws/partition.ts";
import { hostOf } from "../../lib/system/url_host.ts";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";

/** A partition in the data of the AWS SDK. */
interface SdkPartition {
  readonly id: string;
  readonly regionRegex: string;
  readonly regions: Readonly<Record<string, unknown>>;
  readonly outputs: {
    readonly dnsSuffix: string;
    readonly dualStackDnsSuffix: string;
    readonly implicitGlobalRegion: string;
  };
}

/** Reads the partitions from the SDK's package, which does not export them. */
async function loadPartitions(): Promise<readonly SdkPartition[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json"],
  }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout));
  const lock = Deno.readTextFileSync(
    new URL("../../deno.lock", import.meta.url),
  );
  const version = /"@aws-sdk\/core@([\d.]+)"/.exec(lock)?.[1];
  const path = join(
    npmCache,
    `registry.npmjs.org/@aws-sdk/core/${version}`,
    "dist-es/submodules/client/util-endpoints/lib/aws/partitions.js",
  );
  const text = Deno.readTextFileSync(path);
  const module = await import(
    `data:text/javascript,${encodeURIComponent(text)}`
  );
  return module.partitionsInfo.partitions;
}

const SDK_PARTITIONS = await loadPartitions();
/** Regions that AWS does not have, but that the SDK's patterns match. */
const FUTURE = [
  "us-east-9",
  "ap-southeast-77",
  "cn-south-4",
  "us-gov-north-2",
  "us-iso-north-3",
  "us-isob-north-3",
  "eu-isoe-south-3",
  "us-isof-north-3",
  "eusc-de-west-2",
  "eusc-fr-west-1",
  "xx-new-1",
];
const REGIONS = [
  ...SDK_PARTITIONS.flatMap(({ regions }) => Object.keys(regions)),
  ...FUTURE,
];
const CHOICES = [[false, false], [false, true], [true, false], [true, true]];

/** A client of the SDK, as far as this test uses the client. */
interface Rules {
  readonly config: {
    readonly endpointProvider: (
      parameters: Record<string, unknown>,
    ) => { readonly url: URL };
  };
}

const noNetwork = {
  region: "us-east-1",
  credentials: () => Promise.reject(new Error("no credentials")),
};
const CLIENTS: Readonly<Record<Service, unknown>> = {
  "sts": new STSClient(noNetwork),
  "iam": new IAMClient(noNetwork),
  "sso": new SSOClient(noNetwork),
  "sso-oidc": new SSOOIDCClient(noNetwork),
  "signin": new SigninClient(noNetwork),
};
const SERVICES = Object.keys(CLIENTS) as Service[];

/** Returns the host that the SDK's endpoint rules choose. */
function sdkHost(
  service: Service,
  region: string,
  [useFips, useDualstack]: readonly (boolean | undefined)[],
): string {
  const { config } = CLIENTS[service] as Rules;
  return config.endpointProvider({
    Region: region,
    UseFIPS: useFips,
    UseDualStack: useDualstack,
    UseGlobalEndpoint: false,
    IsControlPlane: false,
  }).url.hostname;
}

Deno.test("the table of partitions has the domains and the patterns of the AWS SDK", () => {
  const found = PARTITIONS.map((
    { name, regions, domain, dualStackDomain },
  ) => ({ name, pattern: regions.source, domain, dualStackDomain }));
  const pattern = (text: string) =>
    text.replaceAll("\\-", "-").replace("(us|", "(?:us|").replace(
      "(de)",
      "(?:de)",
    );
  const expected = SDK_PARTITIONS.map(({ id, regionRegex, outputs }) => ({
    name: id,
    pattern: pattern(regionRegex),
    domain: outputs.dnsSuffix,
    dualStackDomain: outputs.dualStackDnsSuffix,
  }));
  const byName = (a: { name: string }, b: { name: string }) =>
    a.name < b.name ? -1 : 1;
  assertEquals(found.sort(byName), expected.sort(byName));
  for (const { id, regions } of SDK_PARTITIONS) {
    for (const region of Object.keys(regions)) {
      assertEquals(partitionOf(region), id, region);
    }
  }
});

Deno.test("the console's federation endpoint is a host of the sign-in service", () => {
  for (const { consoleDomain, signinDomains } of PARTITIONS as Partition[]) {
    if (consoleDomain === undefined) continue;
    assert(signinDomains.includes(`signin.${consoleDomain}`), consoleDomain);
  }
});

Deno.test("hostsOf() and regionalHosts() list every host that the SDK can call, for any region, FIPS and dual stack", () => {
  for (const given of REGIONS) {
    const partition = partitionOf(given);
    const region = stsRegion(partition, given);
    for (const choice of CHOICES) {
      const [useFips = false, useDualstack = false] = choice;
      const settings = { partition, region, useFips, useDualstack };
      for (const service of SERVICES) {
        const called = sdkHost(service, region, choice);
        const hosts = service === "sts" || service === "iam"
          ? hostsOf(service, settings)
          : regionalHosts(service, region);
        assert(
          hosts.includes(called),
          `${service} in ${region}: ${called} is not among ${hosts.join()}`,
        );
      }
    }
  }
});

Deno.test("hostsOf() and regionalHosts() list only hosts of the given service", () => {
  const settings = {
    partition: "aws",
    region: "eu-west-1",
    useFips: false,
    useDualstack: false,
  };
  assertEquals(hostsOf("sts", settings), [
    "sts.amazonaws.com",
    "sts.eu-west-1.amazonaws.com",
  ]);
  assertEquals(regionalHosts("sso-oidc", "eu-west-1"), [
    "oidc.eu-west-1.amazonaws.com",
    "oidc.eu-west-1.api.aws",
    "oidc-fips.eu-west-1.amazonaws.com",
    "oidc-fips.eu-west-1.api.aws",
  ]);
  assertEquals(regionalHosts("signin", "fips-us-gov-west-1"), [
    "signin.amazonaws-us-gov.com",
    "us-gov-west-1.signin.amazonaws-us-gov.com",
    "signin-fips.amazonaws-us-gov.com",
    "us-gov-west-1.signin-fips.amazonaws-us-gov.com",
    "signin.us-gov-west-1.amazonaws.com",
    "signin.us-gov-west-1.api.aws",
    "signin-fips.us-gov-west-1.amazonaws.com",
    "signin-fips.us-gov-west-1.api.aws",
  ]);
});

Deno.test("hostsOf() lists only the host and port of the endpoint, if an endpoint is configured", () => {
  const settings = {
    partition: "aws",
    region: "eu-west-1",
    useFips: false,
    useDualstack: false,
    sts: "http://127.0.0.1:5000/path",
    iam: "https://iam.example",
  };
  assertEquals(hostsOf("sts", settings), ["127.0.0.1:5000"]);
  assertEquals(hostsOf("iam", settings), ["iam.example:443"]);
  assertEquals(hostOf("http://[::1]/"), "[::1]:80");
});

/** Hosts that the executable may connect to, beside the hosts of the AWS SDK. */
const OTHERS = [
  ...METADATA_HOSTS,
  ...CONTAINER_HOSTS,
  ...PARTITIONS.flatMap(({ consoleDomain }) =>
    consoleDomain === undefined ? [] : [`signin.${consoleDomain}:443`]
  ),
  "eusc-de-east-1.signin.amazonaws-eusc.eu:443",
  "127.0.0.1:5000",
  "127.8.0.1:80",
  "localhost:4566",
  "[::1]:80",
  "pipelines.actions.githubusercontent.com:443",
  "token.actions.example.ghe.com:443",
  "vpce-0a1b-2c3d.sts.eu-west-1.vpce.amazonaws.com:443",
];
/** Hosts that the executable may not connect to. */
const FOREIGN = [
  "example.com:443",
  "amazonaws.com.example.com:443",
  "evil-amazonaws.com:443",
  "amazon.com:443",
  "github.com:443",
  "ghes.example.com:443",
  "10.0.0.1:80",
  "169.254.169.253:80",
  "169.254.170.24:80",
  "[fd00:ec2::24]:80",
];

/** Programs to try: the Deno of the tests and, if set, the Deno that compiles executables. */
const DENOS = [Deno.execPath(), Deno.env.get("COMPILE_DENO")]
  .filter((path) => path !== undefined);

for (const deno of DENOS) {
  Deno.test(`the executable's permissions allow every host of the SDK, and no other host (${deno === Deno.execPath() ? "this Deno" : "COMPILE_DENO"})`, async () => {
    const called = REGIONS.flatMap((region) =>
      SERVICES.flatMap((service) =>
        CHOICES.map((choice) => sdkHost(service, realRegion(region), choice))
      )
    );
    const allowed = [...new Set(called)].map((host) => `${host}:443`)
      .concat(OTHERS);
    const child = new Deno.Command(deno, {
      args: [
        "run",
        "--quiet",
        "--no-config",
        ...PERMISSION_FLAGS,
        join(import.meta.dirname!, "../fixtures/query_hosts.ts"),
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const input = new Blob([JSON.stringify([...allowed, ...FOREIGN])]);
    const [{ stdout }] = await Promise.all([
      child.output(),
      input.stream().pipeTo(child.stdin),
    ]);
    const denied = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(denied, FOREIGN);
  });
}

Deno.test("allowedHosts() has no domain that the table of partitions could do without", () => {
  const called = REGIONS.flatMap((region) =>
    SERVICES.flatMap((service) =>
      CHOICES.map((choice) => sdkHost(service, region, choice))
    )
  );
  const domains = PARTITIONS.flatMap((
    { domain, dualStackDomain, signinDomains },
  ) => [domain, dualStackDomain, ...signinDomains]);
  const unused = domains.filter((domain) =>
    !called.some((host) => host === domain || host.endsWith(`.${domain}`))
  );
  assertEquals(unused, []);
  assertEquals(
    allowedHosts().filter((host) => host.startsWith("*.")).length,
    new Set(domains).size + 2,
  );
});
