/** Version 2 of the AWS CLI, which PyPI does not have: the package of Debian. */
import { join } from "@std/path/join";
import type { TestHome } from "../mod.ts";

/** The package, and the packages of Python modules that it imports. */
const PACKAGES = [
  "awscli",
  "python3-awscrt",
  "python3-cffi-backend",
  "python3-colorama",
  "python3-cryptography",
  "python3-dateutil",
  "python3-distro",
  "python3-docutils",
  "python3-jmespath",
  "python3-prompt-toolkit",
  "python3-pyasn1",
  "python3-roman",
  "python3-ruamel.yaml",
  "python3-ruamel.yaml.clib",
  "python3-six",
  "python3-urllib3",
  "python3-wcwidth",
];
/** The Python that Debian's packages are made for. */
const PYTHON = "/usr/bin/python3";

/** Services of IAM Identity Center, with the version of their API. */
const SERVICES = ["sso-oidc/2019-06-10", "sso/2019-06-10"];

/** An unpacked AWS CLI. */
export interface AwsCli2 extends AsyncDisposable {
  /** The argv that starts the AWS CLI. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /**
   * Lets the AWS CLI call IAM Identity Center at a URL. This version does not know
   * `AWS_ENDPOINT_URL` yet, but reads rules for endpoints from `~/.aws/models`.
   */
  readonly redirect: (home: TestHome, url: string) => void;
}

async function run(
  directory: string,
  program: string,
  ...args: readonly string[]
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd: directory,
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (!success) throw new Error(`${program} failed: ${text(stderr)}`);
  return text(stdout);
}

/**
 * Downloads and unpacks the AWS CLI into a temporary directory; installs nothing. Returns
 * `undefined` on a system without the package, but throws if `CI` is set.
 */
export async function getAwsCli2(): Promise<AwsCli2 | undefined> {
  const directory = await Deno.makeTempDir({ prefix: "assume-role-aws-cli-" });
  const remove = () => Deno.remove(directory, { recursive: true });
  try {
    await run(directory, "apt-get", "download", "-q", ...PACKAGES);
    for (const { name } of [...Deno.readDirSync(directory)]) {
      await run(directory, "dpkg", "-x", name, "root");
    }
    const root = join(directory, "root/usr");
    const data = join(
      root,
      "lib/python3/dist-packages/awscli/botocore/data",
    );
    const env = { PYTHONPATH: join(root, "lib/python3/dist-packages") };
    return {
      argv: [PYTHON, join(root, "bin/aws")],
      env,
      redirect: (home, url) => {
        for (const service of SERVICES) {
          const file = `${service}/endpoint-rule-set-1.json`;
          const path = join(data, file);
          const rules = JSON.parse(Deno.readTextFileSync(path));
          const endpoint = { url, properties: {}, headers: {} };
          rules.rules = [{ conditions: [], endpoint, type: "endpoint" }];
          home.writeHome(`.aws/models/${file}`, JSON.stringify(rules));
        }
      },
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    if (Deno.env.has("CI")) throw error;
    return undefined;
  }
}
