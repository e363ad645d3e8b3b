/**
 * A matrix of real clients: whose credentials each client uses in each of the ways in
 * which assume-role supplies credentials. `docs/sdks.md` has the same table.
 */
import {
  installGoClients,
  installJavaClients,
  installNodeClients,
  installPythonClients,
  installRustClient,
  type Program,
  type Start,
  startGo,
  startNode,
  startPython,
  startPythonProgram,
  startRepeatedly,
  startRust,
} from "./clients.ts";

/** The ways in which assume-role supplies credentials, with their names in the documents. */
export const WAYS = {
  variables: "variables",
  server: "`--server`",
  process: "`credential_process`",
  profile: "saved profile",
} as const;

/** A way in which assume-role supplies credentials. */
export type Way = keyof typeof WAYS;

/** A condition under which a client uses the role. */
export interface Condition {
  /** The condition as the documents say it. */
  readonly text: string;
  /** Variables that the client needs. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the client needs the profile in `~/.aws/credentials`. */
  readonly isInCredentials?: boolean;
}

/** A client, which uses the role in each way, at least under a condition. */
export interface Client {
  readonly name: string;
  readonly needs: readonly Program[];
  /** Installs the client. */
  readonly prepare: () => Promise<Start>;
  readonly conditions?: Partial<Readonly<Record<Way, Condition>>>;
}

const LOAD_CONFIG: Condition = {
  text: "with `AWS_SDK_LOAD_CONFIG=1`",
  env: { AWS_SDK_LOAD_CONFIG: "1" },
};
const BOTO3_PROVIDER: Condition = { text: "with `Boto3CredentialProvider`" };

const node = once(installNodeClients);
const python = once(installPythonClients);
const java = once(installJavaClients);
const go = once(installGoClients);
const rust = once(installRustClient);

const PYTHON = ["python3"] as const;
const NODE = ["node", "npm"] as const;
const JAVA = ["java", "mvn"] as const;

/** Lists the buckets; rclone does not retry, so that a refused request is a failure. */
const RCLONE = [
  "lsd",
  ":s3:",
  "--s3-env-auth",
  "--s3-provider=AWS",
  "--retries=1",
  "--low-level-retries=1",
];

/** The clients of the matrix. */
export const CLIENTS: readonly Client[] = [
  {
    name: "AWS CLI 1",
    needs: ["aws"],
    prepare: () =>
      Promise.resolve(startRepeatedly("aws", "sts", "get-caller-identity")),
  },
  {
    name: "boto3",
    needs: PYTHON,
    prepare: after(python, () => startPython("use_boto3.py")),
  },
  {
    name: "AWS CRT (awscrt)",
    needs: PYTHON,
    prepare: after(python, () => startPython("use_crt.py")),
  },
  {
    name: "s3fs",
    needs: PYTHON,
    prepare: after(python, () => startPython("use_s3fs.py")),
  },
  {
    name: "AWS SDK for C++ (pyarrow)",
    needs: PYTHON,
    prepare: after(python, () => startPython("use_pyarrow.py")),
  },
  {
    name: "object_store (obstore)",
    needs: PYTHON,
    prepare: after(python, () => startPython("use_obstore.py")),
    conditions: { process: BOTO3_PROVIDER, profile: BOTO3_PROVIDER },
  },
  {
    name: "rclone",
    needs: PYTHON,
    prepare: after(python, () => startPythonProgram("rclone", ...RCLONE)),
  },
  {
    name: "AWS SDK for JavaScript v2",
    needs: NODE,
    prepare: after(node, () => startNode("use_v2.cjs")),
    conditions: { process: LOAD_CONFIG },
  },
  {
    name: "AWS SDK for JavaScript v3",
    needs: NODE,
    prepare: after(node, () => startNode("use_v3.cjs")),
  },
  {
    name: "AWS SDK for Java v1",
    needs: JAVA,
    prepare: after(java, (start) => start("UseV1.java")),
    conditions: {
      process: {
        text: "if the profile is in `~/.aws/credentials`",
        isInCredentials: true,
      },
    },
  },
  {
    name: "AWS SDK for Java v2",
    needs: JAVA,
    prepare: after(java, (start) => start("UseV2.java")),
  },
  {
    name: "AWS SDK for Go v1",
    needs: ["go"],
    prepare: after(go, () => startGo("use_v1")),
    conditions: { process: LOAD_CONFIG },
  },
  {
    name: "AWS SDK for Go v2",
    needs: ["go"],
    prepare: after(go, () => startGo("use_v2")),
  },
  {
    name: "AWS SDK for Rust",
    needs: ["cargo"],
    prepare: after(rust, startRust),
  },
];

/** Formats the matrix as the rows of the table in the documents. */
export function formatRows(): readonly (readonly string[])[] {
  const ways = Object.keys(WAYS) as Way[];
  return [
    ["client", ...Object.values(WAYS)],
    ...CLIENTS.map(({ name, conditions = {} }) => [
      name,
      ...ways.map((way) => {
        const texts = way === "server" ? ["role", "refreshed"] : ["role"];
        const condition = conditions[way];
        if (condition !== undefined) texts.push(condition.text);
        return texts.join(", ");
      }),
    ]),
  ];
}

/** Returns a function that runs a task only at its first call. */
function once<T>(task: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => result ??= task();
}

/** Returns a function that installs a client and then returns how the client starts. */
function after<T>(
  install: () => Promise<T>,
  start: (installed: T) => Start,
): () => Promise<Start> {
  return async () => start(await install());
}
