/**
 * `--server` with clients that read only some of AWS's variables: the AWS SDK
 * for JavaScript v2 under Node, Serverless and the AWS SDK for Java v1. Each
 * request's access key id is compared with the role's session.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { keysOf, TestHome } from "../e2e/test_home.ts";
import { WORLD } from "../e2e/worlds.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE } from "../fake_aws/world.ts";
import {
  installJavaClient,
  installNodeClients,
  needs,
  NODE_CLIENTS,
} from "./clients.ts";

const ADMIN_SESSION = "arn:aws:sts::111111111111:assumed-role/admin/alice";
const KEYS = keysOf(ALICE);
const ADMIN = "arn:aws:iam::111111111111:role/admin";
const REGION_ONLY = "[default]\nregion = us-east-1\n";
const NODE_CALLER = ["node", join(NODE_CLIENTS, "caller.cjs")];
const SERVERLESS = [
  "env",
  "SLS_TELEMETRY_DISABLED=1",
  "SLS_NOTIFICATIONS_MODE=off",
  "node",
  join(NODE_CLIENTS, "node_modules", "serverless", "bin", "serverless.js"),
  "info",
];

/** AWS's files in a home directory, and files that variables name. */
interface Files {
  readonly credentials?: string;
  readonly config?: string;
  /** A file for `AWS_SHARED_CREDENTIALS_FILE`. */
  readonly shared?: string;
  /** A file for `AWS_CREDENTIAL_PROFILES_FILE`, which Java's SDK v1 reads. */
  readonly java?: string;
  /** `~/.aws/credentials` of the system's home directory, if `HOME` is another. */
  readonly system?: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Places in which an old client finds the user's keys. */
const FILES: readonly Files[] = [
  { credentials: KEYS },
  { credentials: KEYS, config: REGION_ONLY },
  { config: KEYS },
  { config: KEYS, credentials: REGION_ONLY },
  { config: KEYS, credentials: KEYS },
  { shared: REGION_ONLY, credentials: KEYS },
  { shared: KEYS, credentials: KEYS },
];

/** The places that only the AWS SDK for Java v1 looks at. */
const JAVA_FILES: readonly Files[] = [
  { system: KEYS },
  { java: KEYS },
  { credentials: REGION_ONLY, java: KEYS },
];

/** The words that start a client with a home directory of the system. */
type Client = (systemHome: string) => readonly string[];

/**
 * Runs a client under `--server`.
 *
 * @returns the signers of the client's requests, or its error output
 */
async function signers(client: Client, files: Files): Promise<string> {
  const { credentials, config, shared, java, system, options = [], env } =
    files;
  await using aws = new FakeAws(WORLD);
  await using box = new TestHome(aws);
  Deno.removeSync(join(box.path, ".aws", "credentials"));
  if (credentials) box.writeHome(".aws/credentials", credentials);
  if (config) box.writeHome(".aws/config", config);
  if (system) box.write(".aws/credentials", system);
  // A saved profile would be a credentials file.
  box.writeHome(".aws/assume-role.yaml", "write_profile: false\n");
  const words = client(system ? box.project : box.path);
  const { stderr } = await box.run(
    [...options, "--server", "-r", ADMIN, ...words],
    {
      cwd: join(NODE_CLIENTS, "service"),
      env: {
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
        ...(shared &&
          { AWS_SHARED_CREDENTIALS_FILE: box.writeHome("shared", shared) }),
        ...(java &&
          { AWS_CREDENTIAL_PROFILES_FILE: box.writeHome("java", java) }),
        ...env,
      },
    },
  );
  const assumed = aws.calls.findIndex(({ action }) => action === "AssumeRole");
  const signed = aws.calls.slice(assumed + 1).map(({ accessKeyId }) =>
    aws.sessionOf(accessKeyId)?.arn ?? accessKeyId
  );
  return [...new Set(signed)].join() || stderr;
}

/** Runs a client with each set of files, and expects the role every time. */
async function assertIsRole(
  client: Client,
  rows: readonly Files[],
): Promise<void> {
  const found: [files: Files, signer: string][] = [];
  for (const files of rows) found.push([files, await signers(client, files)]);
  assertEquals(found, rows.map((files) => [files, ADMIN_SESSION]));
}

const node = await needs("node", "npm");
const java = await needs("java", "mvn");

Deno.test(
  "the AWS SDK for JavaScript v2 is the role, wherever keys are",
  node,
  async () => {
    await installNodeClients();
    await assertIsRole(() => NODE_CALLER, FILES);
  },
);

Deno.test(
  "the AWS SDK for JavaScript v2 is the role with every -E",
  node,
  async () => {
    await installNodeClients();
    const env = {
      AMAZON_ACCESS_KEY_ID: ALICE.accessKeyId,
      AMAZON_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
    };
    const names = Object.keys(env).join();
    await assertIsRole(
      () => NODE_CALLER,
      ["-E", "-E=AMAZON_*", `-E=${names}`].map((word) => ({
        options: [word],
        env,
      })),
    );
  },
);

Deno.test("Serverless is the role, wherever keys are", node, async () => {
  await installNodeClients();
  await assertIsRole(() => SERVERLESS, [FILES[0]!, FILES[5]!]);
});

Deno.test(
  "the AWS SDK for Java v1 is the role, wherever keys are",
  java,
  async () => {
    const client = await installJavaClient();
    await assertIsRole(client, [
      FILES[0]!,
      FILES[2]!,
      FILES[5]!,
      ...JAVA_FILES,
    ]);
  },
);
