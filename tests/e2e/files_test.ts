/** The cache, and the profiles that assume-role saves in ~/.aws/credentials. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  ALICE_ARN,
  argv,
  assertFails,
  BOB,
  deno,
  e2e,
  keysInEnv,
  keysOf,
  OK,
  PREFIX_YAML,
  program,
  ROOT,
  root,
  shortenHome,
  type TestHome,
  unix,
  WORLD,
} from "../mod.ts";
import { runTogether } from "./together.ts";

// File modes do not restrict root; if root runs the tests, `~/.aws` is mounted read-only instead.
const IS_ROOT = !root.ignore;
const CAN_BE_READ_ONLY = !unix.ignore && (!IS_ROOT || await canMount());

async function canMount(): Promise<boolean> {
  const args = argv`-m mount -t tmpfs none /mnt`;
  try {
    return (await new Deno.Command("unshare", { args, stderr: "null" })
      .output()).success;
  } catch {
    return false;
  }
}

const mode = (path: string) => Deno.statSync(path).mode! & 0o7777;
const cache = (home: TestHome) => join(home.path, ".aws/assume-role/cache");
const entries = (home: TestHome) =>
  [...Deno.readDirSync(cache(home))].map(({ name }) => name).sort();

e2e(
  "only their owner can read or write new files, and no lock file remains",
  unix,
  async ({ home, run }) => {
    Deno.removeSync(join(home.path, ".aws"), { recursive: true });
    const env = keysInEnv(ALICE);
    assertEquals(await run("-r admin true", { env }), OK);
    assertEquals(mode(join(home.path, ".aws")), 0o700);
    assertEquals(mode(cache(home)), 0o700);
    assertEquals(mode(join(home.path, ".aws/credentials")), 0o600);
    const modes = Object.fromEntries(
      entries(home).map((name) => [
        name.replace(/[0-9a-f]{64}/, "KEY"),
        mode(join(cache(home), name)),
      ]),
    );
    assertEquals(modes, {
      "KEY.json": 0o600,
      "caller-KEY.json": 0o600,
      "origin-KEY.json": 0o600,
      "plan-KEY.json": 0o600,
    });
    assertEquals(
      [...Deno.readDirSync(join(home.path, ".aws"))].map(({ name }) => name)
        .sort(),
      [
        "assume-role",
        "credentials",
      ],
    );
  },
);

e2e("a damaged cache entry is ignored", async ({ aws, home, run }) => {
  await run("-r admin true");
  const name = entries(home).find((name) => !name.startsWith("caller"))!;
  const path = join(cache(home), name);
  const good = Deno.readTextFileSync(path);
  const damages = [
    "",
    "garbage",
    "null",
    "[]",
    good.slice(0, 200),
    good.replace('"version": 1', '"version": 999'),
    good.replace(/"secretAccessKey": "[^"]*"/, '"secretAccessKey": ""'),
    good.replace(/"expiration": \d+/, '"expiration": "soon"'),
    good.replace(/"key": "./, '"key": "z'),
  ];
  for (const [i, damage] of damages.entries()) {
    Deno.writeTextFileSync(path, damage);
    const result = await run("-r admin printenv AWS_SECRET_ACCESS_KEY");
    assertEquals([result.status, result.stderr], [0, ""]);
    assertEquals(aws.count("AssumeRole"), i + 2, `after damage ${i}`);
  }
});

e2e(
  "a cached session is used only with the base credentials that it was obtained with",
  {
    world: { ...WORLD, users: [ALICE, BOB] },
  },
  async ({ home, run }) => {
    assertEquals(await run("-r admin true"), OK);
    // Bob may not assume the role.
    const error = `Cannot assume ${ADMIN_ARN}: AWS denies access`;
    home.writeHome(".aws/credentials", keysOf(BOB));
    assertFails(await run("-r admin true"), { error });
    home.writeHome(".aws/credentials", keysOf(ALICE));
    assertFails(await run("-r admin true", { env: keysInEnv(BOB) }), { error });
  },
);

e2e(
  "the session is saved as a profile, and every other byte of the file stays the same",
  async ({ home, run }) => {
    const before =
      `# years of comments\r\n; of both kinds\r\n\r\n${
        keysOf(ALICE).replaceAll("\n", "\r\n")
      }s3 =\r\n    addressing_style = path\r\n` +
      "[odd]\r\n  key   =  va#lue ; not = a comment\r\n[odd]\r\nümlaut = ja";
    home.writeHome(".aws/credentials", before);
    assertEquals((await run("-r admin true")).stderr, "");
    const after = home.readHome(".aws/credentials");
    assert(after.startsWith(before + "\r\n\r\n[111111111111-admin]\r\n"));
    assertMatch(
      after.slice(before.length),
      /^\r\n\r\n\[111111111111-admin\]\r\naws_access_key_id = ASIA\w+\r\naws_secret_access_key = \S+\r\naws_session_token = \S+\r\nx_security_token_expires = \S+Z\r\nx_assume_role_arn = arn:aws:iam::111111111111:role\/admin\r\n$/,
    );
    await run("-f -r admin true");
    const again = home.readHome(".aws/credentials");
    assert(
      again.startsWith(before) && again !== after &&
        again.length === after.length,
    );
  },
);

// uber/assume-role-cli overwrites a profile of the same name, even if it has long-term keys.
e2e(
  "a section that the user wrote is never overwritten",
  async ({ home, run }) => {
    const text = `${
      keysOf(ALICE)
    }[111111111111-admin]\naws_access_key_id = AKIALONGTERM\naws_secret_access_key = precious\n`;
    home.writeHome(".aws/credentials", text);
    const result = await run("-r admin echo ran");
    assertEquals([result.status, result.stdout], [0, "ran\n"]);
    assertEquals(
      shortenHome(result.stderr, home),
      "assume-role: warning: Cannot save the profile '111111111111-admin' in ~/.aws/credentials: a profile of that name exists that assume-role did not write; remove or rename that profile, or set profile_name_prefix in assume-role.yaml\n",
    );
    assertEquals(home.readHome(".aws/credentials"), text);
  },
);

const OTHER = {
  arn: "arn:aws:iam::222222222222:role/admin",
  trusts: [ALICE_ARN],
};

e2e(
  "profile_name_prefix is the start of the profile's name, and two roles never share a profile",
  {
    world: { ...WORLD, roles: [...WORLD.roles, OTHER] },
  },
  async ({ home, run }) => {
    home.writeHome(".aws/assume-role.yaml", "profile_name_prefix: my\n");
    await run("-r admin true");
    const text = home.readHome(".aws/credentials");
    assertMatch(text, /\[my-admin\]\n/);
    const result = await run(`-r ${OTHER.arn} true`);
    assertMatch(
      result.stderr,
      /the section holds the credentials of arn:aws:iam::111111111111:role\/admin; give one of the two roles another profile_name_prefix/,
    );
    assertEquals(home.readHome(".aws/credentials"), text);
  },
);

e2e("write_profile: false writes no profile", async ({ home, run }) => {
  home.write("assume-role.yaml", `${PREFIX_YAML}write_profile: false\n`);
  const before = home.readHome(".aws/credentials");
  await run("-r admin true");
  assertEquals(home.readHome(".aws/credentials"), before);
});

e2e(
  "a credentials file that is a symlink stays a symlink, and the target keeps its mode",
  unix,
  async ({ home, run }) => {
    const target = home.write("elsewhere/credentials", keysOf(ALICE));
    Deno.chmodSync(target, 0o640);
    const link = join(home.path, ".aws/credentials");
    Deno.removeSync(link);
    Deno.symlinkSync(target, link);
    assertEquals((await run("-r admin true")).stderr, "");
    assert(Deno.lstatSync(link).isSymlink);
    assertEquals(mode(target), 0o640);
    assertMatch(Deno.readTextFileSync(target), /\[111111111111-admin\]/);
  },
);

e2e(
  "a file in place of the cache directory gives a warning, and the command runs",
  async ({ home, run }) => {
    const file = join(home.path, ".aws/assume-role");
    Deno.writeTextFileSync(file, "not a directory");
    Deno.removeSync(join(home.path, ".aws/credentials"));
    Deno.mkdirSync(join(home.path, ".aws/credentials"));
    const env = {
      ...keysInEnv(ALICE),
      AWS_SHARED_CREDENTIALS_FILE: join(home.path, "new/credentials"),
    };
    const result = await run("-r admin echo ran", { env });
    assertEquals([result.status, result.stdout], [0, "ran\n"]);
    assertMatch(
      result.stderr,
      /^assume-role: warning: Cannot cache the credentials in \S+: [^\n]+\n$/,
    );
    assertEquals(Deno.readTextFileSync(file), "not a directory");
  },
);

e2e("a read-only home gives one warning, and the command runs", {
  ignore: !CAN_BE_READ_ONLY,
}, async ({ home }) => {
  const command = argv`${program()} -r admin echo ran`;
  const folder = join(home.path, ".aws");
  const readOnly =
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
  Deno.chmodSync(folder, 0o500);
  const result = IS_ROOT
    ? await home.exec(
      argv`unshare -m sh -c ${readOnly} sh ${folder} ${command}`,
    )
    : await home.exec(command);
  Deno.chmodSync(folder, 0o700);
  assertEquals([result.status, result.stdout], [0, "ran\n"]);
  assertMatch(
    result.stderr,
    /^assume-role: warning: Cannot cache the credentials in [^\n]+ \(set ASSUME_ROLE_CACHE_DIR to use another directory\); Cannot save the profile [^\n]+\n$/,
  );
});

e2e(
  "--clear-cache removes the cached sessions and the profiles that assume-role saved, and no other profile",
  async ({ aws, home, run }) => {
    const before = `# mine\n${
      keysOf(ALICE)
    }[111111111111-other] # not ours\naws_access_key_id = AKIAOTHER\naws_secret_access_key = x`;
    home.writeHome(".aws/credentials", before);
    await run("-r admin true");
    await run("-r team-a/long true");

    const one = await run("--clear-cache -r admin");
    assertEquals(one, {
      ...OK,
      stdout: "Sessions removed of arn:aws:iam::111111111111:role/admin: 1\n" +
        "Profiles removed of arn:aws:iam::111111111111:role/admin: 111111111111-admin\n",
    });
    // Four entries are left: session, origin and plan of `team-a/long`, and the cached caller.
    assertEquals(entries(home).length, 4);
    assertEquals((await run("-r team-a/long true")).status, 0);
    assertEquals(aws.count("AssumeRole"), 2);

    const all = await run("--clear-cache");
    assertEquals(
      all.stdout,
      "Sessions removed: 1\nProfiles removed: 111111111111-long\n",
    );
    assertEquals(home.readHome(".aws/credentials"), `${before}\n`);
    assertEquals(entries(home), []);
    const none = await run("--clear-cache");
    assertEquals(none.stdout, "Sessions removed: 0\nProfiles removed: none\n");
    assertEquals((await run("--clear-cache true")).status, 125);
  },
);

e2e(
  "a cache directory that is a symlink or writable by others is not used, and there is a warning",
  unix,
  async ({ aws, home }) => {
    const run = () => home.run("-r admin echo ran");
    await run();
    const warning = (reason: string) =>
      `assume-role: warning: Cannot cache the credentials in ${
        cache(home)
      }: ${reason} (set ASSUME_ROLE_CACHE_DIR to use another directory)\n`;

    Deno.chmodSync(cache(home), 0o777);
    assertEquals(await run(), {
      ...OK,
      stdout: "ran\n",
      stderr: warning("other users can write to the directory"),
    });
    assertEquals(aws.count("AssumeRole"), 2);

    Deno.removeSync(cache(home), { recursive: true });
    const elsewhere = join(home.root, "elsewhere");
    Deno.mkdirSync(elsewhere, { mode: 0o700 });
    Deno.symlinkSync(elsewhere, cache(home));
    assertEquals(await run(), {
      ...OK,
      stdout: "ran\n",
      stderr: warning("the path is a symbolic link"),
    });
    assertEquals([...Deno.readDirSync(elsewhere)], []);
  },
);

e2e(
  "a cache entry that is a symlink, a directory or readable by other users is ignored",
  unix,
  async ({ aws, home }) => {
    const run = () => home.run("-r admin printenv AWS_ACCESS_KEY_ID");
    await run();
    const path = join(
      cache(home),
      entries(home).find((name) => !name.startsWith("caller"))!,
    );
    const planted = join(home.root, "planted.json");

    Deno.renameSync(path, planted);
    Deno.symlinkSync(planted, path);
    assertEquals((await run()).stderr, "");
    assertEquals(aws.count("AssumeRole"), 2);
    assert(Deno.lstatSync(path).isFile, "the link was followed");

    Deno.chmodSync(path, 0o644);
    await run();
    assertEquals([aws.count("AssumeRole"), mode(path)], [3, 0o600]);

    Deno.removeSync(path);
    Deno.mkdirSync(path);
    const result = await run();
    assertEquals(result.status, 0);
    assertMatch(
      result.stderr,
      /^assume-role: warning: Cannot cache the credentials in \S+: [^\n]+\n$/,
    );
  },
);

e2e(
  "a run removes expired cache entries and old temporary files",
  unix,
  async ({ home, run }) => {
    await run("-r admin true");
    const old = new Date(Date.now() - 37 * 3600_000);
    // A file of this age can hold a valid MFA session, which lasts up to 36h.
    const valid = new Date(Date.now() - 35 * 3600_000);
    const make = (path: string, time = old) => {
      home.writeHome(path, "x");
      Deno.utimeSync(join(home.path, path), time, time);
      return path;
    };
    const removed = [
      make(`.aws/assume-role/cache/${"0".repeat(64)}.json`),
      make(`.aws/assume-role/cache/${"0".repeat(64)}.lock`),
      make(".aws/assume-role/cache/.assume-role-01234567.tmp"),
      make(".aws/.assume-role-01234567.tmp"),
    ];
    const kept = [
      make(`.aws/assume-role/cache/${"1".repeat(64)}.json`, new Date()),
      make(`.aws/assume-role/cache/${"2".repeat(64)}.json`, valid),
      // A file without a lock counts as new for one second: the run can take longer.
      make(
        ".aws/.assume-role-76543210.tmp",
        new Date(Date.now() + 3600_000),
      ),
      make(".aws/assume-role/cache/notes.txt"),
      make(".aws/cli/cache/x.json"),
    ];
    await run("-r team-a/long true");
    const left = [...removed, ...kept].filter((path) => {
      try {
        return Deno.statSync(join(home.path, path)).isFile;
      } catch {
        return false;
      }
    });
    assertEquals(left, kept);
  },
);

e2e(
  "if AssumeRole fails, all processes that wait for the call fail with the same error",
  unix,
  async ({ aws, home }) => {
    const args = ["-r", "others", "--no-input", "true"];
    const results = await runTogether(aws, home, 6, args);
    assertEquals(results.map(({ status }) => status), Array(6).fill(125));
    assertEquals(new Set(results.map(({ stderr }) => stderr)).size, 1);
    assertEquals(aws.count("AssumeRole"), 1);
  },
);

// The directory `link/..` is the parent of the link's target, not of the link.
e2e(
  "if HOME has '..' after a symlink, reads and writes use the same directory",
  unix,
  async ({ aws, home }) => {
    const other = join(home.root, "other");
    Deno.mkdirSync(join(other, "c"), { recursive: true });
    await home.exec(argv`cp -r ${join(home.path, ".aws")} ${other}`);
    // Create the wrong directory, too, so that the checks below fail if a run uses that directory.
    Deno.mkdirSync(join(home.path, ".aws/assume-role/cache"), {
      recursive: true,
      mode: 0o700,
    });
    Deno.symlinkSync("../other/c", join(home.path, "link"));
    const env = { HOME: `${home.path}/link/..` };
    // Run with all permissions, because Deno removes '..' from the paths in --allow-read.
    const main = deno(join(ROOT, "main.ts"));
    const run = async (last: string) =>
      await home.exec(argv`${main} -r admin ${last}`, { env });
    for (const _ of [1, 2]) assertEquals(await run("true"), OK);
    assertEquals(aws.count("AssumeRole"), 1);
    const files = [
      join(other, ".aws/credentials"),
      join(home.path, ".aws/credentials"),
    ];
    assertEquals(
      files.map((path) => Deno.readTextFileSync(path).includes("-admin]")),
      [true, false],
    );
    const cleared = await run("--clear-cache");
    assertMatch(cleared.stdout, /^Sessions removed.*: 1\n/);
  },
);
