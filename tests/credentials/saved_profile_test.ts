import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import type { Credentials } from "../../lib/aws/credentials.ts";
import { saveProfile } from "../../lib/credentials/saved_profile.ts";
import { root, unix } from "../guards.ts";
import { LockCounter } from "../system/lock_counter.ts";

const NOW = Date.UTC(2026, 0, 1);
const ADMIN = "arn:aws:iam::111111111111:role/admin";
const OTHER = "arn:aws:iam::222222222222:role/admin";
const CREDENTIALS: Credentials = {
  accessKeyId: "ASIANEW",
  secretAccessKey: "new/secret+=",
  sessionToken: "new//token==",
  expiration: NOW + 3600_000,
  roleArn: ADMIN,
  assumedRoleArn: "arn:aws:sts::111111111111:assumed-role/admin/alice",
  obtainedAt: NOW,
  clockOffset: 0,
};
const FRESH = { credentials: CREDENTIALS, fromCache: false };
const EVENTS = { onWait() {}, onSaved() {} };
const SECTION = `[corp-admin]
aws_access_key_id = ASIANEW
aws_secret_access_key = new/secret+=
aws_session_token = new//token==
x_security_token_expires = 2026-01-01T01:00:00.000Z
x_assume_role_arn = ${ADMIN}
`;

/** A temporary home directory with `~/.aws`. */
class Home implements Disposable {
  readonly root = Deno.makeTempDirSync();
  readonly directory = join(this.root, ".aws");
  readonly file = join(this.directory, "credentials");

  constructor(text?: string) {
    if (text === undefined) return;
    Deno.mkdirSync(this.directory);
    Deno.writeTextFileSync(this.file, text);
  }

  async save(
    name = "corp-admin",
    credentials = CREDENTIALS,
  ): Promise<string | undefined> {
    const target = { file: this.file, name };
    const saved = await saveProfile(
      target,
      { credentials, fromCache: false },
      NOW,
      EVENTS,
    );
    assertEquals(saved.lostChange, undefined);
    return saved.notSaved;
  }

  get text(): string {
    return new TextDecoder("utf-8", { ignoreBOM: true })
      .decode(Deno.readFileSync(this.file));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

const mode = (path: string) => Deno.statSync(path).mode! & 0o7777;

Deno.test(
  "saveProfile() creates a file and a directory that only their owner can access",
  unix,
  async () => {
    using home = new Home();
    assertEquals(await home.save(), undefined);
    assertEquals(home.text, SECTION);
    assertEquals([mode(home.directory), mode(home.file)], [0o700, 0o600]);
    assertEquals(
      [...Deno.readDirSync(home.directory)].map(({ name }) => name),
      ["credentials"],
    );
  },
);

Deno.test("saveProfile() writes a profile with credentials and without role_arn", async () => {
  using home = new Home();
  await home.save();
  const { get, names } = parseProfiles("", home.text);
  assertEquals([names(), get("corp-admin")], [["corp-admin"], {
    aws_access_key_id: "ASIANEW",
    aws_secret_access_key: "new/secret+=",
    aws_session_token: "new//token==",
    x_security_token_expires: "2026-01-01T01:00:00.000Z",
    x_assume_role_arn: ADMIN,
  }]);
});

Deno.test("saveProfile() changes no byte outside its section", async () => {
  const crlf = (text: string) => text.replaceAll("\n", "\r\n");
  const own = "# mine\n[default]\naws_access_key_id=AKIA1\n";
  const old = SECTION.replace("ASIANEW", "ASIAOLD");
  const after = "\n; end\n[z]\ns3 =\n  max = 1";
  const cases: readonly (readonly [string, string])[] = [
    ["", SECTION],
    [own, `${own}\n${SECTION}`],
    [own.trimEnd(), `${own}\n${SECTION}`],
    [crlf(own), crlf(`${own}\n${SECTION}`)],
    [own + old + after, own + SECTION + after],
    [crlf(own + old + after), crlf(own + SECTION + after)],
    [`\uFEFF${own}`, `\uFEFF${own}\n${SECTION}`],
    ["[corp-admin]\n", SECTION],
    [
      own + old + "region = eu-west-1\n" + after,
      own + SECTION + "region = eu-west-1\n" + after,
    ],
  ];
  for (const [before, expected] of cases) {
    using home = new Home(before);
    assertEquals(await home.save(), undefined);
    assertEquals(home.text, expected);
  }
});

Deno.test("saveProfile() keeps bytes that are not UTF-8", async () => {
  using home = new Home("");
  const bytes = new Uint8Array([0x23, 0xff, 0xfe, 0xa0, 0x00, 0x0a]);
  Deno.writeFileSync(home.file, bytes);
  await home.save();
  const expected = [...bytes, ...new TextEncoder().encode(`\n${SECTION}`)];
  assertEquals([...Deno.readFileSync(home.file)], expected);
});

Deno.test(
  "saveProfile() keeps the mode of the file and a symlink to it",
  unix,
  async () => {
    using home = new Home("[default]\n");
    const elsewhere = join(home.root, "dotfiles");
    Deno.renameSync(home.file, elsewhere);
    Deno.chmodSync(elsewhere, 0o640);
    Deno.symlinkSync(elsewhere, home.file);
    assertEquals(await home.save(), undefined);
    assertEquals(
      [
        Deno.readTextFileSync(elsewhere),
        mode(elsewhere),
        Deno.readLinkSync(home.file),
      ],
      [`[default]\n\n${SECTION}`, 0o640, elsewhere],
    );
  },
);

// Users who keep their dotfiles elsewhere may link to a file that does not exist yet.
Deno.test(
  "saveProfile() keeps a symlink to a file that does not exist yet",
  unix,
  async () => {
    using home = new Home("");
    const elsewhere = join(home.root, "dotfiles");
    Deno.removeSync(home.file);
    Deno.symlinkSync(elsewhere, home.file);
    await home.save();
    assertEquals(
      [Deno.lstatSync(home.file).isSymlink, home.text],
      [true, SECTION],
    );
  },
);

Deno.test("saveProfile() keeps the owner of the file", root, async () => {
  using home = new Home("[default]\n");
  Deno.chownSync(home.file, 12345, 23456);
  Deno.chmodSync(home.file, 0o600);
  assertEquals(await home.save(), undefined);
  const { uid, gid } = Deno.statSync(home.file);
  assertEquals([uid, gid, mode(home.file)], [12345, 23456, 0o600]);
});

Deno.test("saveProfile() never overwrites a section that assume-role did not write", async () => {
  const cases = [
    "[corp-admin]\naws_access_key_id = AKIAMINE\n",
    "[corp-admin]\nregion = eu-west-1\n",
    "[corp-admin] # mine\nrole_arn = x\n[default]\n",
    "[corp-admin]\n  region = eu-west-1\n  output = json\n",
  ];
  for (const text of cases) {
    using home = new Home(text);
    assertEquals(
      [await home.save(), home.text],
      [
        "a profile of that name exists that assume-role did not write; remove or rename that profile, or set profile_name_prefix in assume-role.yaml",
        text,
      ],
    );
  }
});

Deno.test("saveProfile() replaces the section of another role only if that role's credentials have expired", async () => {
  const other = SECTION.replaceAll(ADMIN, OTHER);
  using home = new Home(other);
  assertEquals(
    [await home.save(), home.text],
    [
      `the section holds the credentials of ${OTHER}; give one of the two roles another profile_name_prefix`,
      other,
    ],
  );
  using late = new Home(other.replace("01:00:00", "00:00:00"));
  assertEquals([await late.save(), late.text], [undefined, SECTION]);
});

Deno.test("saveProfile() replaces its own section, whether or not the credentials in it have expired", async () => {
  for (const expires of ["2026-01-01T01:00:00.000Z", "2020-01-01T00:00:00Z"]) {
    using home = new Home(
      SECTION.replace("2026-01-01T01:00:00.000Z", expires)
        .replace("new/secret", "old"),
    );
    assertEquals([await home.save(), home.text], [undefined, SECTION]);
  }
});

Deno.test("saveProfile() loses no profile if many are saved at once", async () => {
  using home = new Home("# mine\n[default]\nregion = eu-west-1\n");
  const names = Array.from({ length: 12 }, (_, i) => `p${i}`);
  const reasons = await Promise.all(names.map((name) => home.save(name)));
  assertEquals(reasons, names.map(() => undefined));
  assertEquals(
    [...parseProfiles("", home.text).names()].sort(),
    ["default", ...names].sort(),
  );
  assert(home.text.startsWith("# mine\n[default]\nregion = eu-west-1\n"));
  assertEquals(
    [...Deno.readDirSync(home.directory)].map(({ name }) => name),
    ["credentials"],
  );
});

Deno.test("saveProfile() takes at most two locks for each of 20 processes that share a session, and none once the session is saved", async () => {
  using home = new Home("[default]\nregion = eu-west-1\n");
  using locks = new LockCounter();
  const cached = { credentials: CREDENTIALS, fromCache: true };
  const target = { file: home.file, name: "corp-admin" };
  const save = () => saveProfile(target, cached, NOW, EVENTS);
  const results = await Promise.all(Array.from({ length: 20 }, save));
  assertEquals(
    results.map(({ notSaved }) => notSaved),
    Array(20).fill(undefined),
  );
  assertEquals(home.text, `[default]\nregion = eu-west-1\n\n${SECTION}`);
  assert(locks.count <= 2 * 20, `${locks.count} locks`);
  locks.count = 0;
  assertEquals(await save(), {});
  assertEquals(locks.count, 0);
});

Deno.test("saveProfile() returns a short reason for a failure", async () => {
  using home = new Home("");
  Deno.removeSync(home.file);
  Deno.mkdirSync(home.file);
  assertEquals(await home.save(), "is a directory");
  const file = join(home.root, "file");
  Deno.writeTextFileSync(file, "");
  const target = { file: join(file, "credentials"), name: "corp-admin" };
  const saved = await saveProfile(target, FRESH, NOW, EVENTS);
  assertEquals(typeof saved.notSaved, "string");
});

Deno.test("saveProfile() calls onSaved as soon as the profile is in the file; only then does it wait for late writes of other programs", async () => {
  using home = new Home("");
  const target = { file: home.file, name: "corp-admin" };
  const events: string[] = [];
  await saveProfile(target, FRESH, NOW, {
    ...EVENTS,
    onSaved: () => events.push(Deno.readTextFileSync(home.file)),
  }).then(() => events.push("end"));
  assertEquals(events, [SECTION, "end"]);
});
