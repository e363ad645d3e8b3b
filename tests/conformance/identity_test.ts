/**
 * Compares assume-role with the AWS CLI: with the same variables, AWS files and options,
 * both use the same identity, or assume-role reports an error. The combinations are in
 * `identity_rows.ts`.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  ARN,
  e2e,
  keysInEnv,
  keysOf,
  PREFIX,
  processOutput,
  program,
  type Result,
  role,
  TestHome,
  type World,
} from "../mod.ts";
import { AS_USER, close, closed } from "../e2e/closed.ts";
import { type Row, SUBJECT, TOPICS, USERS } from "./identity_rows.ts";

const READER = { accountId: "111111111111", roleName: "Reader" };
const READER_ARN =
  `${PREFIX}aws-reserved/sso.amazonaws.com/AWSReservedSSO_Reader_0123456789abcdef`;
const userArns = Object.values(USERS).map(({ name }) => `${ARN}:user/${name}`);
const only = (name: string, arn: string) => role(name, { trusts: [arn] });

const IDENTITIES: World = {
  users: Object.values(USERS),
  roles: [
    role("first", { trusts: userArns }),
    role("second", {
      trusts: ["first", "machine", "instance", "web"].map((name) =>
        `${PREFIX}${name}`
      ),
    }),
    role("third", { trusts: [`${PREFIX}second`] }),
    ...["bob", "carol", "env"].map((name) =>
      only(`only-${name}`, `${ARN}:user/${name}`)
    ),
    only("only-reader", READER_ARN),
    role("web", { trusts: [], trustsTokens: [SUBJECT] }),
    role("other-web", { trusts: [], trustsTokens: [SUBJECT] }),
  ],
  portal: {
    userName: "alice@example.com",
    token: "the-portal-token",
    assignments: [READER],
  },
  container: { roleArn: `${PREFIX}machine`, authorizationToken: "a token" },
  instance: { roleArn: `${PREFIX}instance` },
};

/** Returns the name of the user or role in the last ARN that a program printed. */
function identityOf({ status, stdout }: Result): string | undefined {
  const arn = stdout.match(/arn:[^"\s]+/g)?.at(-1) ?? "";
  const name = status === 0 ? arn.split("/")[1] : undefined;
  return name?.replace(/^AWSReservedSSO_(\w+)_\w+$/, "$1");
}

/** Creates a home with the files of a row, and with all files that rows name in variables. */
async function createHome(
  { config, credentials, boto }: Pick<Row, "config" | "credentials" | "boto">,
  aws: {
    readonly url: string;
    readonly idToken: (claims: { sub: string }) => Promise<string>;
  },
): Promise<TestHome> {
  const home = new TestHome(aws);
  const { BOB, CAROL } = USERS;
  Deno.removeSync(join(home.path, ".aws/credentials"));
  const write = (path: string, text: string) =>
    home.writeHome(
      path,
      text.replaceAll("@HOME", home.path).replaceAll("@AWS", aws.url),
    );
  if (config !== undefined) write(".aws/config", config);
  if (credentials !== undefined) write(".aws/credentials", credentials);
  if (boto !== undefined) write(".boto", boto);
  write("token", await aws.idToken({ sub: SUBJECT }));
  for (const user of [BOB, CAROL]) {
    write(`${user.name}.json`, processOutput(user));
  }
  const late = { SessionToken: "t", Expiration: "2020-01-01T00:00:00Z" };
  write(
    "late.json",
    JSON.stringify({ ...JSON.parse(processOutput(CAROL)), ...late }),
  );
  write("other/credentials", keysOf(BOB));
  write(
    "other/config",
    "[profile tool]\ncredential_process = cat @HOME/bob.json\n",
  );
  write(
    "other/ec2",
    `AWSAccessKeyId=${BOB.accessKeyId}\nAWSSecretKey=${BOB.secretAccessKey}\n`,
  );
  write("other/boto", keysOf(BOB, "Credentials"));
  write(
    "other/half-boto",
    `[Credentials]\naws_access_key_id = ${BOB.accessKeyId}\n`,
  );
  for (
    const session of ["work", "my work", "https://example.awsapps.com/start"]
  ) {
    await home.signIn(session, "the-portal-token", Date.now() + 3_600_000);
  }
  return home;
}

/** Runs `--whoami` with the profile in `assume-role.yaml` instead of in `--profile`. */
async function whoamiByFile(
  home: TestHome,
  profile: string | undefined,
  env: Readonly<Record<string, string>>,
): Promise<Result | undefined> {
  if (profile === undefined) return undefined;
  home.write("assume-role.yaml", `profile: ${profile}\n`);
  home.removeCache();
  return await home.run("--whoami", { env });
}

for (const [topic, rows] of Object.entries(TOPICS)) {
  e2e(
    `the AWS CLI and assume-role use the same identity: ${topic}`,
    { world: IDENTITIES },
    async ({ aws }) => {
      const differences: string[] = [];
      for (const row of rows) {
        await using home = await createHome(row, aws);
        const env = Object.fromEntries(
          Object.entries({
            AWS_REGION: "us-east-1",
            AWS_DEFAULT_REGION: "us-east-1",
            OTHER: join(home.path, "other"),
            TILDE: "~",
            ...row.env,
          }).map(([name, value]) => [
            name,
            value.replace("@HOME", home.path).replace("@AWS", aws.url),
          ]),
        );
        const options = row.options?.split(" ") ?? [];
        const awsCli = await home.exec(
          argv`aws sts get-caller-identity ${options}`,
          { env },
        );
        const assumeRole = await home.run([...options, "--whoami"], { env });
        const byFile = await whoamiByFile(home, options.at(-1), env);
        const expected = row.refused === undefined ? row.identity : undefined;
        const found = [identityOf(awsCli), identityOf(assumeRole)];
        const same = byFile === undefined ? expected : identityOf(byFile);
        if (
          found[0] !== row.identity || found[1] !== expected ||
          same !== expected
        ) {
          differences.push(
            `${row.name}: expected ${row.identity}, refused: ${row.refused}\n` +
              `  the AWS CLI: ${found[0]} ${awsCli.stderr.trim()}\n` +
              `  assume-role: ${found[1]} ${assumeRole.stderr.trim()}\n` +
              `  with assume-role.yaml: ${same} ${byFile?.stderr.trim()}\n`,
          );
        }
      }
      assertEquals(differences.join("\n"), "");
    },
  );
}

Deno.test("in less than 5 % of the combinations, assume-role refuses what the AWS CLI accepts", () => {
  const rows = Object.values(TOPICS).flat();
  assertEquals(new Set(rows.map(({ name }) => name)).size, rows.length);
  const refused = rows.filter(({ refused }) => refused !== undefined);
  assert(refused.every(({ identity }) => identity !== undefined));
  assert(refused.length * 20 < rows.length, `${refused.length} refusals`);
});

e2e(
  "the AWS CLI and assume-role use the same identity if files of ~/.aws cannot be read",
  { world: IDENTITIES, ...closed },
  async ({ aws }) => {
    const { BOB, CAROL } = USERS;
    await using home = await createHome({
      credentials: keysOf(BOB),
      config: keysOf(CAROL, "profile carol"),
    }, aws);
    const directory = join(home.path, ".aws");
    const paths = ["config", "credentials"].map((name) =>
      join(directory, name)
    );
    const keys = keysInEnv(USERS.ENV);
    const container = {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "a token",
    };
    const found = new Set<string | undefined>();
    for (const path of [...paths, directory]) {
      using _ = close(path);
      for (const source of [{}, keys, container]) {
        for (const profile of [{}, { AWS_PROFILE: "carol" }]) {
          const env = {
            AWS_DEFAULT_REGION: "us-east-1",
            ...source,
            ...profile,
          };
          const cli = await home.exec(
            argv`${AS_USER} aws sts get-caller-identity`,
            { env },
          );
          const own = await home.exec(
            argv`${AS_USER} ${program()} --whoami`,
            { env },
          );
          assertEquals(
            identityOf(own),
            identityOf(cli),
            JSON.stringify([path, env, own, cli]),
          );
          found.add(identityOf(cli));
        }
      }
    }
    assert(found.size > 3);
  },
);
