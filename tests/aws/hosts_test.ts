/** Checks that the sandbox's list of hosts matches the hosts that the SDK calls. */
import { assert, assertEquals } from "@std/assert";
import { createAwsClient } from "../../lib/aws/client.ts";
import { hostOf, hostsOf } from "../../lib/aws/hosts.ts";
import { partitionOf, stsRegion } from "../../lib/aws/partition.ts";

const REGIONS = [
  "us-east-1",
  "eu-west-1",
  "ap-southeast-7",
  "mx-central-1",
  "cn-north-1",
  "cn-northwest-1",
  "us-gov-west-1",
  "us-gov-east-1",
  "us-iso-east-1",
  "us-isob-east-1",
  "eu-isoe-west-1",
  "us-isof-south-1",
  "eusc-de-east-1",
];

Deno.test("hostsOf() lists every host that the SDK calls, for any partition, FIPS and dual stack", async () => {
  for (const given of REGIONS) {
    const partition = partitionOf(given);
    const region = stsRegion(partition, given);
    for (const [useFips, useDualstack] of [[0, 0], [0, 1], [1, 0], [1, 1]]) {
      const settings = {
        partition,
        region,
        useFips: useFips === 1,
        useDualstack: useDualstack === 1,
      };
      let called = "";
      const fetch = (input: RequestInfo | URL) => {
        called = new URL((input as Request).url).host;
        return Promise.reject(new TypeError("no network"));
      };
      const client = createAwsClient({
        ...settings,
        credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" },
        now: Date.now,
        fetch,
        timeouts: { attemptMs: 10, callMs: 10 },
      });
      const calls = {
        sts: client.getCallerIdentity,
        iam: () => client.listMfaDevices("alice"),
      };
      for (const service of ["sts", "iam"] as const) {
        called = "";
        await calls[service]().catch(() => {});
        const allowed = hostsOf(service, settings);
        assert(
          allowed.includes(called),
          `${service} in ${region}: ${called} is not among ${allowed.join()}`,
        );
      }
    }
  }
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
