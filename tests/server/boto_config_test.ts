import { assertEquals } from "@std/assert";
import { devNull } from "node:os";
import { join } from "@std/path/join";
import { botoVariables } from "../../lib/server/boto_config.ts";

const KEYS = "[Credentials]\nAWS_Access_Key_ID : AKIA1\n";
const SETTINGS =
  "[Credentials]\ngs_oauth2_refresh_token = x\n#aws_access_key_id = <yours>\n";

Deno.test("botoVariables() leads botocore away from keys, and from nothing else", async () => {
  const home = await Deno.makeTempDir();
  try {
    const write = (name: string, text: string) => {
      const path = join(home, name);
      Deno.writeTextFileSync(path, text);
      return path;
    };
    const away = { BOTO_CONFIG: devNull };
    assertEquals(await botoVariables({}, home), {});
    write(".boto", SETTINGS);
    assertEquals(await botoVariables({}, home), {});
    write(".boto", KEYS);
    assertEquals(await botoVariables({}, home), away);
    Deno.removeSync(join(home, ".boto"));
    Deno.mkdirSync(join(home, ".boto")); // which botocore does not read
    assertEquals(await botoVariables({}, home), {});
    const cases: [string, Record<string, string>][] = [
      [write("settings", SETTINGS), {}],
      [write("keys", KEYS), away],
      [join(home, "none"), {}],
      ["", {}],
      ["~/keys", away],
      ["$HOME/keys", away],
    ];
    for (const [path, expected] of cases) {
      assertEquals(await botoVariables({ BOTO_CONFIG: path }, home), expected);
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
