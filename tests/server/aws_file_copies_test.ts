import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path/join";
import { CacheDirectory } from "../../lib/cache/cache_directory.ts";
import type { AwsFilePath } from "../../lib/aws/paths.ts";
import { isAbsolute } from "../../lib/system/path.ts";
import { AwsFileCopies } from "../../lib/server/aws_file_copies.ts";

class Home implements Disposable {
  readonly root = Deno.makeTempDirSync();
  readonly cache = join(this.root, "cache");
  readonly cacheDirectory = new CacheDirectory(this.cache);

  file(name: "config" | "credentials", text?: string): AwsFilePath {
    const path = join(this.root, name);
    if (text !== undefined) Deno.writeTextFileSync(path, text);
    const variable = name === "config"
      ? "AWS_CONFIG_FILE"
      : "AWS_SHARED_CREDENTIALS_FILE";
    return { name, variable, path };
  }

  entries(): string[] {
    try {
      return Array.from(Deno.readDirSync(this.cache), ({ name }) => name);
    } catch {
      return [];
    }
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

const CREDENTIALS = `# mine
[default]
aws_access_key_id = AKIA1
aws_secret_access_key=secret
; why
region = eu-west-1
[other]
aws_access_key_id = AKIA2
aws_secret_access_key = secret2
`;

Deno.test("AwsFileCopies leaves out the credentials of the profile 'default', and nothing else", async () => {
  using home = new Home();
  const config =
    "[profile default]\r\nsso_session = corp\r\ns3 =\r\n  max_concurrent_requests = 5\r\nrole_arn = arn:x\r\n[sso-session corp]\r\nsso_region = eu-west-1\r\n";
  const copies = await AwsFileCopies.prepare(
    [home.file("config", config), home.file("credentials", CREDENTIALS)],
    home.cacheDirectory,
  );
  const { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = copies.variables;
  assertEquals(
    Deno.readTextFileSync(AWS_CONFIG_FILE!),
    "[profile default]\r\ns3 =\r\n  max_concurrent_requests = 5\r\n[sso-session corp]\r\nsso_region = eu-west-1\r\n",
  );
  const credentials = Deno.readTextFileSync(AWS_SHARED_CREDENTIALS_FILE!);
  assertEquals(credentials.includes("AKIA1"), false);
  assertEquals(
    credentials.endsWith(CREDENTIALS.slice(CREDENTIALS.indexOf("region"))),
    true,
  );
  if (Deno.build.os !== "windows") {
    const { mode } = Deno.statSync(AWS_SHARED_CREDENTIALS_FILE!);
    assertEquals((mode ?? 0) & 0o777, 0o600);
  }
  assertEquals(await copies.remove(), []);
  assertEquals(home.entries(), []);
  assertEquals(
    Deno.readTextFileSync(join(home.root, "credentials")),
    CREDENTIALS,
  );
});

Deno.test("AwsFileCopies creates no copy if the profile 'default' has no credentials", async () => {
  using home = new Home();
  const copies = await AwsFileCopies.prepare([
    home.file(
      "config",
      "[default]\nregion = eu-west-1\n[profile dev]\nrole_arn = arn:x\n",
    ),
    home.file("credentials"),
    { name: "config", variable: "AWS_CONFIG_FILE", path: undefined },
  ], undefined);
  assertEquals([copies.variables, home.entries()], [
    // The AWS SDK for Java v1 ignores `HOME`, and reads `config` if `credentials` is missing.
    { AWS_CREDENTIAL_PROFILES_FILE: join(home.root, "config") },
    [],
  ]);
  assertEquals(await copies.remove(), []);
});

const REGION_ONLY = "[default]\nregion = eu-west-1\n";

Deno.test("AwsFileCopies sets the variables of the AWS SDKs for JavaScript v2 and Java v1", async () => {
  const cases: readonly {
    readonly config?: string;
    readonly credentials?: string;
    readonly isNamed?: boolean;
    /** The variables, with the kind of file that each value names. */
    readonly expected: Readonly<Record<string, string>>;
  }[] = [
    {
      credentials: CREDENTIALS,
      expected: {
        // The AWS SDK for JavaScript v2 fails if the config file does not exist.
        AWS_CONFIG_FILE: "copy of nothing",
        AWS_SHARED_CREDENTIALS_FILE: "copy of credentials",
        AWS_CREDENTIAL_PROFILES_FILE: "copy of credentials",
        AWS_SDK_LOAD_CONFIG: "1",
      },
    },
    {
      config: REGION_ONLY,
      credentials: CREDENTIALS,
      expected: {
        AWS_SHARED_CREDENTIALS_FILE: "copy of credentials",
        AWS_CREDENTIAL_PROFILES_FILE: "copy of credentials",
        AWS_SDK_LOAD_CONFIG: "1",
      },
    },
    {
      config: CREDENTIALS,
      expected: {
        AWS_CONFIG_FILE: "copy of config",
        AWS_CREDENTIAL_PROFILES_FILE: "copy of config",
        AWS_SDK_LOAD_CONFIG: "1",
      },
    },
    {
      config: CREDENTIALS,
      credentials: REGION_ONLY,
      expected: {
        AWS_CONFIG_FILE: "copy of config",
        AWS_CREDENTIAL_PROFILES_FILE: "credentials",
        AWS_SDK_LOAD_CONFIG: "1",
      },
    },
    {
      config: REGION_ONLY,
      credentials: REGION_ONLY,
      expected: { AWS_CREDENTIAL_PROFILES_FILE: "credentials" },
    },
    {
      credentials: REGION_ONLY,
      isNamed: true,
      expected: {
        AWS_CONFIG_FILE: "copy of nothing",
        AWS_SHARED_CREDENTIALS_FILE: "credentials",
        AWS_CREDENTIAL_PROFILES_FILE: "credentials",
        AWS_SDK_LOAD_CONFIG: "1",
      },
    },
    { expected: { AWS_CREDENTIAL_PROFILES_FILE: "credentials" } },
  ];
  for (const { config, credentials, isNamed = false, expected } of cases) {
    using home = new Home();
    const files = [
      home.file("config", config),
      { ...home.file("credentials", credentials), isNamed },
    ];
    const copies = await AwsFileCopies.prepare(files, home.cacheDirectory);
    const shown = Object.entries(copies.variables).map(([name, value]) => {
      const original = files.find(({ path }) => path === value);
      if (original !== undefined) return [name, original.name];
      if (value === "1") return [name, value];
      const kind = value.replace(/^.*\.(?=\w+$)/, "");
      const text = Deno.readTextFileSync(value);
      assertEquals(text.includes("AKIA1"), false);
      return [name, `copy of ${text === "" ? "nothing" : kind}`];
    });
    assertEquals(Object.fromEntries(shown), expected);
    assertEquals(await copies.remove(), []);
    assertEquals(home.entries(), []);
  }
});

Deno.test("AwsFileCopies keeps a copy that the command changed, and reports its path", async () => {
  using home = new Home();
  const file = home.file("credentials", CREDENTIALS);
  const copies = await AwsFileCopies.prepare([file], home.cacheDirectory);
  const path = copies.variables.AWS_SHARED_CREDENTIALS_FILE!;
  Deno.writeTextFileSync(path, "[new]\naws_access_key_id = X\n");
  const kept = path.replace("copy-", "changed-");
  assertEquals(await copies.remove(), [
    `The command changed its copy of ${file.path}, which is kept as ${kept}`,
  ]);
  assertEquals(
    Deno.readTextFileSync(kept),
    "[new]\naws_access_key_id = X\n",
  );
  // tidy() removes an old copy, but not a copy that the command changed.
  const left = home.cacheDirectory.copyPath("01234567", "config");
  Deno.writeTextFileSync(left, "");
  Deno.utimeSync(left, 0, 0);
  Deno.utimeSync(kept, 0, 0);
  await home.cacheDirectory.tidy(Date.now());
  assertEquals(home.entries().map((name) => name.slice(0, 8)), ["changed-"]);
});

Deno.test("AwsFileCopies fails if a copy cannot be created", async () => {
  using home = new Home();
  const file = home.file("credentials", CREDENTIALS);
  await assertRejects(
    () => AwsFileCopies.prepare([file], undefined),
    Error,
    "no cache directory",
  );
  Deno.writeTextFileSync(home.cache, "a file");
  await assertRejects(() => AwsFileCopies.prepare([file], home.cacheDirectory));
});

Deno.test("AwsFileCopies names a file by a path that means the same file for all SDKs", async () => {
  using home = new Home();
  const named = { ...home.file("config", "[a]\n"), isNamed: true };
  const relative = { ...named, path: relativeTo(named.path!) };
  const copies = await AwsFileCopies.prepare([relative], undefined);
  const { AWS_CONFIG_FILE: path = "" } = copies.variables;
  assertEquals([isAbsolute(path), Deno.realPathSync(path)], [
    true,
    Deno.realPathSync(named.path!),
  ]);
  assertEquals(await copies.remove(), []);
  assertEquals(Deno.readTextFileSync(named.path!), "[a]\n");

  // botocore would expand the variable in this path, so the command gets a copy.
  const variable = "AWS_SHARED_CREDENTIALS_FILE";
  const ambiguous = join(home.root, "$HOME");
  Deno.mkdirSync(ambiguous);
  Deno.writeTextFileSync(
    join(ambiguous, "credentials"),
    `${CREDENTIALS}# more`,
  );
  for (
    const [path, text] of [
      [join(ambiguous, "credentials"), "# more"],
      [join(ambiguous, "nowhere"), ""],
      // If the variable is empty, some SDKs read no file, and other SDKs read the file
      // in the home.
      [undefined, ""],
    ] as const
  ) {
    const copies = await AwsFileCopies.prepare(
      [{ name: "credentials", variable, path, isNamed: true }],
      home.cacheDirectory,
    );
    const copied = Deno.readTextFileSync(copies.variables[variable]!);
    assertEquals(copied.includes("AKIA1"), false);
    assertEquals(copied.endsWith(text), true);
    assertEquals(copied === "", text === "");
    assertEquals(await copies.remove(), []);
  }
});

Deno.test("AwsFileCopies refuses a cache directory whose path some SDKs would expand", async () => {
  using home = new Home();
  const cache = new CacheDirectory(join(home.root, "$HOME", "cache"));
  const file = home.file("credentials", CREDENTIALS);
  await assertRejects(
    () => AwsFileCopies.prepare([file], cache),
    Error,
    "SDKs do not agree on the meaning of the path",
  );
});

Deno.test("AwsFileCopies reports a copy that cannot be removed", {
  ignore: Deno.build.os === "windows",
}, async () => {
  using home = new Home();
  const file = home.file("credentials", CREDENTIALS);
  const copies = await AwsFileCopies.prepare([file], home.cacheDirectory);
  const path = copies.variables.AWS_SHARED_CREDENTIALS_FILE!;
  Deno.removeSync(path);
  Deno.mkdirSync(path);
  await copies.touch(0);
  // If a file already has the new name, the directory cannot be renamed.
  Deno.writeTextFileSync(path.replace("copy-", "changed-"), "");
  assertEquals(await copies.remove(), [
    `Cannot remove the command's copy of ${file.path} from ${path}: a part of the path is not a directory`,
  ]);
});

function relativeTo(path: string): string {
  // No relative path leads to another drive of Windows.
  if (/^[A-Z]:/.test(path) && path[0] !== Deno.cwd()[0]) return path;
  const up = Deno.cwd().split(/[\\/]/).slice(1).map(() => "..");
  return join(...up, path);
}
