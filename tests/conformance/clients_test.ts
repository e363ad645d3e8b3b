/**
 * `--server` with clients that read only some of AWS's variables: the AWS SDK
 * for JavaScript v2 under Node, Serverless and the AWS SDK for Java v1. The tests
 * check that each request is signed with the role's session.
 */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  installJavaClients,
  installNodeClients,
  needs,
  NODE_CLIENTS,
  type Start,
  startNode,
} from "./clients.ts";
import {
  ADMIN_ARN,
  ADMIN_SESSION_ARN,
  ALICE,
  FakeAws,
  keysOf,
  TestHome,
  WORLD,
} from "../mod.ts";

const KEYS = keysOf(ALICE);
const REGION_ONLY = "[default]\nregion = us-east-1\n";
const JAVASCRIPT = startNode("use_v2.cjs");
const SERVERLESS: Start = () => [
  "env",
  "SLS_TELEMETRY_DISABLED=1",
  "SLS_NOTIFICATIONS_MODE=off",
  "node",
  join(NODE_CLIENTS, "node_modules", "serverless", "bin", "serverless.js"),
  "info",
];

/** The texts of AWS's files in a home directory, and of files that variables name. */
interface Files {
  readonly credentials?: string;
  readonly config?: string;
  /** A file for `AWS_SHARED_CREDENTIALS_FILE`. */
  readonly shared?: string;
  /** A file for `AWS_CREDENTIAL_PROFILES_FILE`, which Java's SDK v1 reads. */
  readonly java?: string;
  /**
   * `~/.aws/credentials` in the system's home directory, if `HOME` names another
   * directory.
   */
  readonly system?: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Files in which an old client finds the user's access keys. */
const FILES: readonly Files[] = [
  { credentials: KEYS },
  { credentials: KEYS, config: REGION_ONLY },
  { config: KEYS },
  { config: KEYS, credentials: REGION_ONLY },
  { config: KEYS, credentials: KEYS },
  { shared: REGION_ONLY, credentials: KEYS },
  { shared: KEYS, credentials: KEYS },
];

/** Files that only the AWS SDK for Java v1 reads. */
const JAVA_FILES: readonly Files[] = [
  { system: KEYS },
  { java: KEYS },
  { credentials: REGION_ONLY, java: KEYS },
];

/**
 * Runs a client under `--server`.
 *
 * @returns the signers of the client's requests; the error output if it sent no request
 */
async function signers(client: Start, files: Files): Promise<string> {
  const { credentials, config, shared, java, system, options = [], env } =
    files;
  await using aws = new FakeAws(WORLD);
  await using home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws", "credentials"));
  if (credentials) home.writeHome(".aws/credentials", credentials);
  if (config) home.writeHome(".aws/config", config);
  if (system) home.write(".aws/credentials", system);
  // Prevent assume-role from creating a credentials file to save the session in.
  home.writeHome(".aws/assume-role.yaml", "write_profile: false\n");
  const words = client(system ? home.project : home.path, {
    count: 1,
    seconds: 0,
  });
  const { stderr } = await home.run(
    [...options, "--server", "-r", ADMIN_ARN, ...words],
    {
      cwd: join(NODE_CLIENTS, "service"),
      env: {
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: ALICE.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
        ...(shared &&
          { AWS_SHARED_CREDENTIALS_FILE: home.writeHome("shared", shared) }),
        ...(java &&
          { AWS_CREDENTIAL_PROFILES_FILE: home.writeHome("java", java) }),
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

/** Asserts that a client uses the role's session with each set of files. */
async function assertIsRole(
  client: Start,
  rows: readonly Files[],
): Promise<void> {
  const found: [files: Files, signer: string][] = [];
  for (const files of rows) found.push([files, await signers(client, files)]);
  assertEquals(found, rows.map((files) => [files, ADMIN_SESSION_ARN]));
}

const node = await needs("node", "npm");
const java = await needs("java", "mvn");

Deno.test(
  "the AWS SDK for JavaScript v2 uses the role's session despite access keys in files",
  node,
  async () => {
    await installNodeClients();
    await assertIsRole(JAVASCRIPT, FILES);
  },
);

Deno.test(
  "the AWS SDK for JavaScript v2 uses the role's session despite access keys in variables that --preserve-env passes on",
  node,
  async () => {
    await installNodeClients();
    const env = {
      AMAZON_ACCESS_KEY_ID: ALICE.accessKeyId,
      AMAZON_SECRET_ACCESS_KEY: ALICE.secretAccessKey,
    };
    const names = Object.keys(env).join();
    await assertIsRole(
      JAVASCRIPT,
      ["-E", "-E=AMAZON_*", `-E=${names}`].map((word) => ({
        options: [word],
        env,
      })),
    );
  },
);

Deno.test(
  "Serverless uses the role's session despite access keys in files",
  node,
  async () => {
    await installNodeClients();
    await assertIsRole(SERVERLESS, [FILES[0]!, FILES[5]!]);
  },
);

Deno.test(
  "the AWS SDK for Java v1 uses the role's session despite access keys in files",
  java,
  async () => {
    const start = (await installJavaClients())("UseV1.java");
    await assertIsRole(start, [
      FILES[0]!,
      FILES[2]!,
      FILES[5]!,
      ...JAVA_FILES,
    ]);
  },
);
