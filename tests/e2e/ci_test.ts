/**
 * The examples for GitHub Actions, GitLab CI, Jenkins and Kubernetes in `docs/ci.md`. Their
 * commands run in the environment that the runner or EKS gives to a job. Only downloads are
 * replaced: a program named `curl` serves `install.sh` of this repository and a release with
 * the assume-role under test.
 */
import config from "../../deno.json" with { type: "json" };
// @ts-types="../../lib/types/std_yaml.d.ts"
import { parse } from "@std/yaml/parse";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  argv,
  e2e,
  type FakeAws,
  GITHUB,
  has,
  PREFIX,
  program,
  quote,
  role,
  ROOT,
  TestHome,
  unix,
  type World,
} from "../mod.ts";
import { GitHubRunner, type Step } from "./github_runner.ts";

const bash = { ignore: unix.ignore || !await has("bash") };

const REQUEST_TOKEN = "the-request-token";
const GITHUB_SUBJECT = "repo:example/project:ref:refs/heads/main";
const GITLAB = {
  iss: "https://gitlab.com",
  sub: "project_path:example/project:ref_type:branch:ref:main",
};
const JENKINS = {
  iss: "https://jenkins.example.com/oidc",
  sub: "https://jenkins.example.com/job/deploy/",
};
const EKS = {
  iss: "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE",
  sub: "system:serviceaccount:default:deploy",
};
const CI_WORLD: World = {
  users: [],
  identityProviders: [
    GITHUB,
    { issuer: GITLAB.iss, audiences: ["https://gitlab.com"] },
    { issuer: JENKINS.iss, audiences: ["sts.amazonaws.com"] },
    { issuer: EKS.iss, audiences: ["sts.amazonaws.com"] },
  ],
  roles: [
    role("deploy", {
      trusts: [`${PREFIX}pods`],
      trustsTokens: [GITHUB_SUBJECT, GITLAB.sub, JENKINS.sub, EKS.sub],
    }),
    role("pods", { trusts: [], trustsTokens: [EKS.sub] }),
  ],
  workflow: { requestToken: REQUEST_TOKEN, sub: GITHUB_SUBJECT },
  container: { roleArn: `${PREFIX}pods`, authorizationToken: "the-pod-token" },
};

const PAGE = Deno.readTextFileSync(join(ROOT, "docs", "ci.md"));

/** Reads the YAML examples of the page that a pattern matches; a block can have several. */
function readExamples<T>(pattern: RegExp): readonly T[][] {
  return Array.from(
    PAGE.matchAll(/^```yaml\n(.*?)^```/gms),
    ([, yaml]) => yaml!,
  )
    .filter((yaml) => pattern.test(yaml))
    .map((yaml) => {
      assert(!/AKIA|secrets\.|[:/]latest\b/.test(yaml), yaml);
      for (
        const [, version] of yaml.matchAll(/x\/assume-role\S*[@/]v([\d.]+)/g)
      ) {
        assertEquals(version, config.version);
      }
      return yaml.split("---\n").map((part) => parse(part) as T);
    });
}

/** Creates a home without keys, the programs of the examples, and a release. */
async function createHome(aws: FakeAws): Promise<TestHome> {
  const home = new TestHome(aws);
  Deno.removeSync(join(home.path, ".aws"), { recursive: true });
  Deno.removeSync(join(home.project, "assume-role.yaml"));
  const write = (path: string, script: string) =>
    Deno.chmodSync(home.write(path, `#!/bin/sh\n${script}\n`), 0o755);
  write("deploy.sh", "env >deployed");
  write("version.sh", "echo 1.2.3");
  const release = `releases/download/v${config.version}`;
  const target = `${Deno.build.arch}-${
    Deno.build.os === "darwin" ? "apple-darwin" : "unknown-linux-gnu"
  }`;
  const name = `assume-role-${config.version}-${target}`;
  const [path, ...args] = program();
  const executable = `#!/bin/sh\nexec ${
    quote([Deno.realPathSync(path!), ...args])
  } "$@"\n`;
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(executable),
  );
  home.write(`${release}/${name}`, executable);
  home.write(
    `${release}/SHA256SUMS`,
    `${new Uint8Array(digest).toHex()}  ${name}\n`,
  );
  home.write(
    `${release}/install.sh`,
    Deno.readTextFileSync(join(ROOT, "install.sh")),
  );
  write(
    "bin/curl",
    `out=/dev/stdout
while [ $# -gt 0 ]; do
  case $1 in
  -o) out=$2; shift ;;
  https://github.com/x/assume-role/releases/*) path=\${1#https://github.com/x/assume-role/} ;;
  esac
  shift
done
cat '${home.project}'/"$path" >"$out"`,
  );
  return home;
}

const pathOf = (home: TestHome) =>
  `${home.project}/bin:${Deno.env.get("PATH")}`;

/** Asserts that `deploy.sh` ran as the role, and returns its environment. */
function readDeployed(aws: FakeAws, home: TestHome): string {
  const path = join(home.project, "deployed");
  const text = Deno.readTextFileSync(path);
  Deno.removeSync(path);
  const key = /^AWS_ACCESS_KEY_ID=(.*)$/m.exec(text)?.[1] ?? "";
  assertMatch(aws.sessionOf(key)?.arn ?? "", /:assumed-role\/deploy\//);
  return text;
}

/** Asserts that `deploy.sh` ran as the role, and got no token and no other identity. */
function assertDeployed(aws: FakeAws, home: TestHome): void {
  const names = Array.from(
    readDeployed(aws, home).matchAll(/^(\w+)=/gm),
    ([, name]) => name!,
  );
  assertEquals(
    names.filter((name) =>
      /_TOKEN|^AWS_ROLE_ARN$|^AWS_CONTAINER_|^ACTIONS_ID_/.test(name)
    ),
    ["AWS_SESSION_TOKEN"],
  );
}

/** A workflow of GitHub Actions, or its parts `permissions` and `steps`. */
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly jobs?: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

const WORKFLOWS = readExamples<Workflow>(/^ *steps:$/m)
  .map(([workflow], at) => ({ workflow: workflow!, number: at + 1 }));

Deno.test("docs/ci.md has two examples for GitHub Actions", () => {
  assertEquals(WORKFLOWS.map(({ number }) => number), [1, 2]);
});

for (const { workflow, number } of WORKFLOWS) {
  e2e(
    `example ${number} for GitHub Actions works, and its log shows no secret`,
    {
      ...bash,
      world: CI_WORLD,
      home: createHome,
    },
    async ({ aws, home }) => {
      const { permissions, jobs } = workflow;
      assertEquals(permissions["id-token"], "write");
      const steps = workflow.steps ?? jobs!.deploy!.steps;
      for (const { uses } of steps) assert(uses?.includes("@") ?? true, uses);
      const runner = new GitHubRunner(home, {
        PATH: pathOf(home),
        ACTIONS_ID_TOKEN_REQUEST_URL:
          `${aws.url}/actions/id-token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
      });
      await runner.run(steps);
      const isPrinted = runner.log.includes("--format github");
      const path = join(home.project, "deployed");
      const keys = Deno.readTextFileSync(path).match(
        /(?<=^AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN|ACCESS_KEY_ID)=).*$/gm,
      )!;
      assertEquals(keys.length, 3);
      for (const key of keys) assert(!runner.log.includes(key), runner.log);
      assertMatch(runner.log, /^Installed assume-role .*\n\n/m);
      if (isPrinted) {
        readDeployed(aws, home);
        assertMatch(runner.log, /^ {2}AWS_SECRET_ACCESS_KEY: \*\*\*$/m);
        assertMatch(runner.log, /^AWS_SESSION_TOKEN=\*\*\*$/m);
      } else {
        assertDeployed(aws, home);
      }
      if (number === 1) assertMatch(runner.log, /^deployed 1\.2\.3$/m);
    },
  );
}

e2e("a step of GitHub Actions writes to the runner's files without -E", {
  ...bash,
  world: CI_WORLD,
  home: createHome,
}, async ({ aws, home }) => {
  const runner = new GitHubRunner(home, {
    PATH: pathOf(home),
    ACTIONS_ID_TOKEN_REQUEST_URL: `${aws.url}/actions/id-token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  });
  const start = `assume-role -r ${PREFIX}deploy -- sh -c`;
  await runner.run([
    {
      uses: `x/assume-role@v${config.version}`,
      with: { version: config.version },
    },
    { id: "a", run: `${start} 'echo x=1 >>"$GITHUB_OUTPUT"'` },
    { run: `${start} 'echo Y=2 >>"$GITHUB_ENV"; echo /z >>"$GITHUB_PATH"'` },
    {
      run:
        `${start} 'echo "# \${{ steps.a.outputs.x }} $Y" >>"$GITHUB_STEP_SUMMARY"'`,
    },
    { run: 'echo "$Y $PATH"' },
  ]);
  assertEquals(runner.outputs, { "steps.a.outputs.x": "1" });
  assertMatch(runner.log, /^2 \/z:/m);
  assertEquals(runner.summary.at(-2), "# 1 \n");
});

/** A job of GitLab CI. */
interface GitLabJob {
  readonly id_tokens: Readonly<Record<string, { readonly aud: string }>>;
  readonly before_script: readonly string[];
  readonly script: readonly string[];
}

e2e("the example for GitLab CI works", {
  ...bash,
  world: CI_WORLD,
  home: createHome,
}, async ({ aws, home }) => {
  const [[example] = []] = readExamples<{ deploy: GitLabJob }>(
    /^ *id_tokens:$/m,
  );
  const { id_tokens, before_script, script } = example!.deploy;
  const tokens: Record<string, string> = {};
  for (const [name, { aud }] of Object.entries(id_tokens)) {
    tokens[name] = await aws.idToken({ ...GITLAB, aud });
  }
  // A runner joins the lines of both lists to one script.
  const path = home.write("script", [...before_script, ...script].join("\n"));
  const { status, stdout, stderr } = await home.exec(
    argv`bash -e -o pipefail ${path}`,
    {
      env: {
        ...tokens,
        PATH: pathOf(home),
        TMPDIR: home.root,
        CI: "true",
        GITLAB_CI: "true",
        CI_COMMIT_SHA: "0123456789012345678901234567890123456789",
        CI_JOB_TOKEN: "the-job-token",
        CI_PROJECT_DIR: home.project,
        CI_REPOSITORY_URL:
          "https://gitlab-ci-token:the-job-token@gitlab.com/example/project.git",
      },
    },
  );
  assertEquals(status, 0, stdout + stderr);
  const deployed = Deno.readTextFileSync(join(home.project, "deployed"));
  assertMatch(deployed, /^CI_COMMIT_SHA=/m);
  for (const secret of ["the-job-token", ...Object.values(tokens)]) {
    assert(!deployed.includes(secret));
  }
  assertDeployed(aws, home);
  assertEquals(aws.actions(), ["AssumeRoleWithWebIdentity"]);
});

e2e("the example for Jenkins works", {
  ...bash,
  world: CI_WORLD,
  home: createHome,
}, async ({ aws, home }) => {
  const [, groovy = ""] = /^```groovy\n(.*?)^```/ms.exec(PAGE)!;
  const [, variable = ""] = /file\(.*variable: '(\w+)'\)/.exec(groovy)!;
  const [, command = ""] = /^ *sh '(.*)'$/m.exec(groovy)!;
  const token = await aws.idToken(JENKINS);
  const [path, ...args] = program();
  Deno.chmodSync(
    home.write(
      "bin/assume-role",
      `#!/bin/sh\nexec ${quote([Deno.realPathSync(path!), ...args])} "$@"\n`,
    ),
    0o755,
  );
  const { status, stdout, stderr } = await home.exec(
    argv`sh -xe -c ${command}`,
    {
      env: {
        [variable]: home.write("secretFiles/token", token),
        PATH: pathOf(home),
        BUILD_NUMBER: "7",
        JENKINS_URL: "https://jenkins.example.com/",
        NEXUS: "the-user:the-password",
        NEXUS_USR: "the-user",
        NEXUS_PSW: "the-password",
      },
    },
  );
  assertEquals(status, 0, stdout + stderr);
  const deployed = Deno.readTextFileSync(join(home.project, "deployed"));
  assertMatch(deployed, /^BUILD_NUMBER=7$/m);
  for (const secret of ["the-password", "secretFiles"]) {
    assert(!deployed.includes(secret), secret);
  }
  assertDeployed(aws, home);
  assertEquals(aws.actions(), ["AssumeRoleWithWebIdentity"]);
});

/** A container of a pod. */
interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly volumeMounts: readonly { readonly mountPath: string }[];
}

/** The parts of the objects of Kubernetes that the test needs. */
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly initContainers: readonly Container[];
        readonly containers: readonly Container[];
      };
    };
  };
}

/** Runs the containers of a pod in turn; the shared volume is a directory. */
async function runPod(
  home: TestHome,
  [, job]: readonly KubernetesObject[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { initContainers, containers } = job!.spec.template.spec;
  for (
    const { command, args, volumeMounts } of [...initContainers, ...containers]
  ) {
    const { mountPath } = volumeMounts[0]!;
    const words = [...command, ...args].map((word) =>
      word.replace(mountPath, join(home.root, "volume"))
    );
    const { status, stdout, stderr } = await home.exec(words, {
      env: {
        PATH: pathOf(home),
        KUBERNETES_SERVICE_HOST: "10.100.0.1",
        AWS_REGION: "eu-west-1",
        AWS_DEFAULT_REGION: "eu-west-1",
        AWS_STS_REGIONAL_ENDPOINTS: "regional",
        ...env,
      },
    });
    assertEquals(status, 0, stdout + stderr);
  }
}

e2e("the example for Kubernetes works with IRSA and with EKS Pod Identity", {
  ...unix,
  world: CI_WORLD,
  home: createHome,
}, async ({ aws, home }) => {
  const [objects = []] = readExamples<KubernetesObject>(
    /^kind:/m,
  );
  assertEquals(objects.map(({ kind }) => kind), ["ServiceAccount", "Job"]);
  const roleArn = objects[0]!.metadata
    .annotations!["eks.amazonaws.com/role-arn"]!;
  const token = await aws.idToken(EKS);
  const irsa = {
    AWS_ROLE_ARN: roleArn,
    AWS_WEB_IDENTITY_TOKEN_FILE: home.write("secrets/token", token),
  };
  await runPod(home, objects, irsa);
  assertDeployed(aws, home);
  assertEquals(aws.actions(), ["AssumeRoleWithWebIdentity", "AssumeRole"]);
  assertEquals(aws.calls[0]!.params.RoleArn, roleArn);

  home.removeCache();
  await runPod(home, objects, { ...irsa, AWS_ROLE_ARN: `${PREFIX}deploy` });
  assertDeployed(aws, home);
  assertEquals(aws.actions().slice(2), ["AssumeRoleWithWebIdentity"]);

  home.removeCache();
  await runPod(home, objects, {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${aws.url}/container/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: home.write(
      "secrets/eks-pod-identity-token",
      "the-pod-token",
    ),
  });
  assertDeployed(aws, home);
  assertEquals(aws.calls.at(-1)!.params.RoleArn, `${PREFIX}deploy`);
});
