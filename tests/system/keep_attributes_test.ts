import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path/join";
import { updateFile } from "../../lib/system/edit_shared_file.ts";
import { linux, root, unix } from "../guards.ts";
import { fixture } from "../mod.ts";

/** A file in a directory of its own. */
class Place implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly path = join(this.directory, "credentials");

  constructor(bits: number) {
    Deno.writeTextFileSync(this.path, "[default]\n");
    Deno.chmodSync(this.path, bits);
  }

  async edit(): Promise<void> {
    await updateFile(this.path, () => new TextEncoder().encode("[new]\n"));
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}

const mode = (path: string) => Deno.statSync(path).mode! & 0o7777;

/** Puts a file in the place of each new temporary file, as another user can in that user's directory. */
function replaceNewFiles(put: (path: string) => void): Disposable {
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    const file = openSync(path, options);
    if (options?.createNew) {
      Deno.removeSync(path);
      put(`${path}`);
    }
    return file;
  };
  return { [Symbol.dispose]: () => void (Deno.openSync = openSync) };
}

for (
  const [kind, link] of [
    ["symbolic", Deno.symlinkSync],
    ["hard", Deno.linkSync],
  ] as const
) {
  Deno.test({
    ...unix,
    name:
      `updateFile() changes no owner and no mode by a ${kind} link that replaces the temporary file`,
    fn: async () => {
      using place = new Place(0o640);
      // Only root can change the owner.
      if (!root.ignore) Deno.chownSync(place.path, 12345, 12345);
      const victim = join(place.directory, "victim");
      Deno.writeTextFileSync(victim, "victim", { mode: 0o600 });
      using _ = replaceNewFiles((path) => link(victim, path));
      const outcome = await place.edit().then(() => "edited", String);
      assertEquals(
        [
          mode(victim),
          Deno.statSync(victim).uid,
          Deno.readTextFileSync(victim),
        ],
        [0o600, Deno.uid(), "victim"],
      );
      assertStringIncludes(outcome, "Error");
      assertEquals(Deno.readTextFileSync(place.path), "[default]\n");
    },
  });
}

/** Sets an ACL that lets the user 12345 read and write; the mode shows 0664. */
function setAcl(path: string, permissions = 6, kind = "access"): boolean {
  const script = fixture("set_acl.py");
  const args = [script, path, "12345", `${permissions}`, kind];
  try {
    return new Deno.Command("python3", { args }).outputSync().success;
  } catch {
    return false; // there is no Python
  }
}

/** Whether the file system has ACLs, and Python can set one. */
function canSetAcl(): boolean {
  if (linux.ignore) return false;
  using place = new Place(0o600);
  return setAcl(place.path);
}

const withAcl = { ignore: !canSetAcl() };

Deno.test({
  ...withAcl,
  name: "updateFile() gives the group no permission if the old file has an ACL",
  fn: async () => {
    using place = new Place(0o600);
    setAcl(place.path);
    assertEquals(mode(place.path), 0o664);
    await place.edit();
    assertEquals(mode(place.path), 0o600);
  },
});

/** Lets new files inherit an ACL, which is removed after each new file. */
function inheritAcl(directory: string): Disposable {
  const { openSync } = Deno;
  Deno.openSync = (path, options) => {
    if (!options?.createNew) return openSync(path, options);
    setAcl(directory, 6, "default");
    const file = openSync(path, options);
    setAcl(directory, 0, "default");
    return file;
  };
  return { [Symbol.dispose]: () => void (Deno.openSync = openSync) };
}

Deno.test({
  ...withAcl,
  name:
    "updateFile() gives the group no permission if the new file inherits an ACL, also if the directory has the ACL only for a moment",
  fn: async () => {
    using place = new Place(0o640);
    using _ = inheritAcl(place.directory);
    await place.edit();
    assertEquals(Deno.readTextFileSync(place.path), "[new]\n");
    assertEquals(mode(place.path), 0o600);
  },
});

Deno.test({
  ...linux,
  name: "updateFile() keeps the permissions of the group if there is no ACL",
  fn: async () => {
    using place = new Place(0o640);
    await place.edit();
    assertEquals(mode(place.path), 0o640);
  },
});
