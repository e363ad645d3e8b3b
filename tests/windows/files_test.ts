/** Configuration and homes: where they are, how they are encoded, how long their paths are. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { ROOT } from "../e2e/test_home.ts";
import { ADMIN_ARN, PREFIX } from "../identifiers.ts";
import {
  deno,
  fixture,
  IS_NATIVE,
  parentOf,
  toShare,
  toWindows,
  windows,
} from "./windows.ts";

/** A command that prints the ARN of its role, in every working directory. */
const SHOW_ROLE = deno(fixture("show_variable.ts")).concat("ASSUME_ROLE_ARN");
const OK = { status: 0, stdout: `"${ADMIN_ARN}"\n`, stderr: "" };

windows(
  "assume-role.yaml is found in a directory above, up to the drive",
  async ({ home, run }) => {
    const deep = join(home.project, "a", "b");
    Deno.mkdirSync(deep, { recursive: true });
    const cwd = toWindows(deep);
    assertEquals(await run(["-r", "admin", ...SHOW_ROLE], { cwd }), OK);
    const { stdout } = await run("-r admin --explain", { cwd });
    assertStringIncludes(
      stdout,
      `${toWindows(home.project)}\\assume-role.yaml`,
    );
  },
);

windows(
  "the project and the home can be on a share",
  async ({ home, run }) => {
    const project = toShare(home.project);
    const env = { USERPROFILE: toShare(home.home) };
    assertMatch(project, /^\\\\localhost\\C\$\\/);
    // Wine starts no program in a directory of a share.
    const [config, place] = IS_NATIVE
      ? [[], { env, cwd: project }]
      : [["--config", `${project}\\assume-role.yaml`], { env }];
    for (let n = 1; n <= 2; n++) {
      const result = await run(
        [...config, "-r", "admin", ...SHOW_ROLE],
        place,
      );
      assertEquals(result, OK);
    }
    const explained = await run(
      [...config, "-r", "admin", "--explain"],
      place,
    );
    assertStringIncludes(explained.stdout, `${project}\\assume-role.yaml`);
    assertMatch(home.readHome(".aws/credentials"), /\[111111111111-admin\]/);
  },
);

windows(
  "paths relative to a drive, and paths without a drive, name files",
  async ({ home, run }) => {
    const path = home.write("other.yaml", `role: ${ADMIN_ARN}\n`);
    const withoutDrive = path.replace(/^[A-Z]:/, "");
    const forward = path.replaceAll("\\", "/");
    const drive = path.slice(0, 2);
    for (const config of [`${drive}other.yaml`, withoutDrive, forward, path]) {
      assertEquals(
        await run(["--config", config, "--", ...SHOW_ROLE]),
        OK,
        config,
      );
    }
    const keys = home.write("keys", home.readHome(".aws/credentials"));
    home.writeHome(".aws/credentials", "");
    const env = {
      AWS_SHARED_CREDENTIALS_FILE: `${drive}keys`,
      ASSUME_ROLE_CACHE_DIR: `${drive}cache`,
    };
    assertEquals(await run(["-r", "admin", ...SHOW_ROLE], { env }), OK, keys);
    assertEquals(
      Array.from(Deno.readDirSync(join(home.project, "cache"))).length > 0,
      true,
    );
  },
);

windows(
  "files with CRLF and a byte order mark are read, and CRLF is kept",
  async ({ home, run }) => {
    home.write(
      "assume-role.yaml",
      "\ufeff# settings\r\nrole_prefix: arn:aws:iam::111111111111:role/\r\n",
    );
    const keys = home.readHome(".aws/credentials").replaceAll("\n", "\r\n");
    home.writeHome(".aws/credentials", keys);
    home.writeHome(".aws/config", "[default]\r\nregion = eu-west-1\r\n");
    assertEquals(await run(["-r", "admin", ...SHOW_ROLE]), OK);
    const saved = home.readHome(".aws/credentials");
    assertStringIncludes(saved, keys);
    assertEquals(saved.replaceAll("\r\n", "").includes("\n"), false);
    assertEquals((await run("--clear-cache")).status, 0);
    assertEquals(home.readHome(".aws/credentials"), keys);
  },
);

windows(
  "a home with spaces and letters of any script works",
  async ({ aws, home, run }) => {
    for (let n = 1; n <= 2; n++) {
      assertEquals(await run(["-r", "admin", ...SHOW_ROLE]), OK);
    }
    assertEquals(aws.count("AssumeRole"), 1);
    assertMatch(home.readHome(".aws/credentials"), /\[111111111111-admin\]/);
    const { stdout } = await run("--doctor -v");
    assertStringIncludes(stdout, "Ürsula 日本 & Co (x)\\.aws\\credentials");
  },
  { homeName: "Ürsula 日本 & Co (x)" },
);

// Wine cannot return the real path of a long path, which a saved profile needs, and which Deno
// needs to check a permission.
windows(
  "paths of more than 260 characters work",
  async ({ aws, home }) => {
    home.write(
      "assume-role.yaml",
      `role_prefix: ${PREFIX}\nwrite_profile: ${IS_NATIVE}\n`,
    );
    const names = Array.from({ length: 12 }, () => "n".repeat(30));
    const deep = join(home.home, ...names);
    Deno.mkdirSync(join(deep, ".aws"), { recursive: true });
    const credentials = join(home.home, ".aws", "credentials");
    Deno.renameSync(credentials, join(deep, ".aws", "credentials"));
    const env = { USERPROFILE: toWindows(deep) };
    const program = IS_NATIVE ? home.program : deno(join(ROOT, "main.ts"));
    const run = (...args: string[]) =>
      home.exec([...program, ...args], { env });
    for (let n = 1; n <= 2; n++) {
      assertEquals(await run("-r", "admin", ...SHOW_ROLE), OK);
    }
    assertEquals(aws.count("AssumeRole"), 1);
    const saved = Deno.readTextFileSync(join(deep, ".aws", "credentials"));
    assertEquals(saved.includes("[111111111111-admin]"), IS_NATIVE);
  },
);

windows(
  "names of variables count in any case",
  async ({ home, run }) => {
    const path = parentOf(
      home.write("bin/tool.cmd", "@echo tool %Region%\r\n"),
    );
    const result = await run(["-r", "admin", "-E=REGION", "tool"], {
      env: { PATH: `${path};C:\\Windows\\System32`, region: "here" },
    });
    assertEquals(result, { status: 0, stdout: "tool here\r\n", stderr: "" });
  },
);
