/** Files that another program is rewriting while a run reads them. */
import { assertEquals } from "@std/assert";
import {
  ALICE,
  ALICE_ARN,
  delay,
  e2e,
  type E2eOptions,
  has,
  keysOf,
  PREFIX,
  role,
  type TestHome,
  unix,
  WORLD,
} from "../mod.ts";
import type { FakeAws } from "../fake_aws/server.ts";
import { runBesideTornWriter, SCENES } from "./torn_reads.ts";

/** The number of runs of each scene; `tests/soak` runs each scene more often. */
const RUNS = 12;

for (const [name, scene] of Object.entries(SCENES)) {
  Deno.test(
    `a run uses the right identity while another program rewrites the run's files: ${name}`,
    {
      ignore: unix.ignore || !await has("python3"),
    },
    async () => {
      const { failures, callers } = await runBesideTornWriter(scene, RUNS);
      assertEquals([failures, [...callers]], [[], ["alice"]]);
    },
  );
}

/** A world in which a container gives the base credentials if the files have no keys. */
const CONTAINER: E2eOptions = {
  world: {
    ...WORLD,
    roles: [
      role("admin", { trusts: [ALICE_ARN, `${PREFIX}box`] }),
      role("box"),
    ],
    container: { roleArn: `${PREFIX}box`, authorizationToken: "a token" },
  },
};

const containerOf = (aws: FakeAws) => ({
  AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
  AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
});

/** Runs assume-role and returns the session's name, which names the base identity. */
async function runAs(
  aws: FakeAws,
  home: TestHome,
): Promise<string | undefined> {
  const { stdout, stderr } = await home.run(
    "-r admin printenv AWS_ACCESS_KEY_ID",
    { env: containerOf(aws) },
  );
  assertEquals(stderr, "");
  return aws.sessionOf(stdout.trim())?.arn.split("/").at(-1);
}

e2e(
  "a run waits for the text of a truncated file, even if an earlier run found the file empty",
  CONTAINER,
  async ({ aws, home }) => {
    home.write(
      "assume-role.yaml",
      `role_prefix: ${PREFIX}\nwrite_profile: false\n`,
    );
    const path = home.writeHome(".aws/credentials", "");
    for (const _ of ["obtained", "cached"]) {
      assertEquals(
        await runAs(aws, home),
        "0fa4e000000000000000000000000001",
      );
    }
    home.writeHome(".aws/credentials", keysOf(ALICE));
    assertEquals(await runAs(aws, home), "alice");
    // Truncate the file, and write it a moment later, as another program would.
    Deno.writeTextFileSync(path, "");
    const running = runAs(aws, home);
    await delay(400);
    Deno.writeTextFileSync(path, keysOf(ALICE));
    assertEquals(await running, "alice");
  },
);
