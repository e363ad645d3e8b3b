import { assertEquals } from "@std/assert";
import { formatOverwritable } from "../../lib/settings/overwritable_text.ts";
import {
  findUnknownVariables,
  formatUnknownVariable,
  isOn,
} from "../../lib/settings/variables.ts";

Deno.test("findUnknownVariables() finds names of no variable, and the remedy for a likely mistake", () => {
  const env = {
    ASSUME_ROLE_ROLE: "x",
    ASSUME_ROLE_SERVER: "x",
    ASSUME_ROLE_SESSION: "x",
    ASSUME_ROLE_STARTED_BY: "x",
    ASSUME_ROLE_CACHE_DIR: "x",
    ASSUME_ROLE_PROFIL: "x",
    ASSUME_ROLE_TAGS: "x",
    ASSUME_ROLE_ENV_KEEP: "x",
    ASSUME_ROLE_CIRCUS: "x",
    AWS_PROFIL: "x",
  };
  assertEquals(findUnknownVariables(env), [
    { name: "ASSUME_ROLE_CIRCUS" },
    {
      name: "ASSUME_ROLE_ENV_KEEP",
      remedy: "set the key 'env_keep' of assume-role.yaml instead",
    },
    {
      name: "ASSUME_ROLE_PROFIL",
      remedy: "did you mean ASSUME_ROLE_PROFILE?",
    },
    { name: "ASSUME_ROLE_TAGS", remedy: "did you mean ASSUME_ROLE_TAG?" },
  ]);
  assertEquals(
    formatUnknownVariable({ name: "ASSUME_ROLE_CIRCUS" }),
    "No variable of assume-role has the name ASSUME_ROLE_CIRCUS",
  );
});

Deno.test("isOn() lets an option override a variable", () => {
  const on = { quiet: true };
  const off = { quiet: false };
  assertEquals(isOn("quiet", { options: {}, variables: on }), true);
  assertEquals(isOn("quiet", { options: on, variables: off }), true);
  assertEquals(isOn("quiet", { options: {}, variables: off }), false);
  assertEquals(isOn("quiet", { options: {}, variables: {} }), false);
});

Deno.test("formatOverwritable() lets no text control the terminal", () => {
  assertEquals(
    formatOverwritable("a\x1b[2Jb\r\nc"),
    "\r\x1b[K\x1b[?7la [2Jb c\x1b[?7h",
  );
  assertEquals(formatOverwritable(""), "\r\x1b[K\x1b[?7l\x1b[?7h");
});
