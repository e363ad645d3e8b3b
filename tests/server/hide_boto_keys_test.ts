import { assertEquals } from "@std/assert";
import { devNull } from "node:os";
import { join } from "@std/path/join";
import { botoVariables } from "../../lib/server/hide_boto_keys.ts";

const KEYS = "[Credentials]\nAWS_Access_Key_ID : AKIA1\n";
const SETTINGS =
  "[Credentials]\ngs_oauth2_refresh_token = x\n#aws_access_key_id = <yours>\n";

Deno.test("botoVariables() hides a file of boto 2 only if the file may contain keys", async () => {
  const home = await Deno.makeTempDir();
  try {
    const write = (name: string, text: string) => {
      const path = join(home, name);
      Deno.writeTextFileSync(path, text);
      return path;
    };
    const hidden = { BOTO_CONFIG: devNull };
    assertEquals(await botoVariables({}, home), {});
    write(".boto", SETTINGS);
    assertEquals(await botoVariables({}, home), {});
    write(".boto", KEYS);
    assertEquals(await botoVariables({}, home), hidden);
    Deno.removeSync(join(home, ".boto"));
    Deno.mkdirSync(join(home, ".boto")); // botocore ignores directories
    assertEquals(await botoVariables({}, home), {});
    const cases: [string, Record<string, string>][] = [
      [write("settings", SETTINGS), {}],
      [write("keys", KEYS), hidden],
      [join(home, "none"), {}],
      ["", {}],
      ["~/keys", hidden],
      ["$HOME/keys", hidden],
    ];
    for (const [path, expected] of cases) {
      assertEquals(await botoVariables({ BOTO_CONFIG: path }, home), expected);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
