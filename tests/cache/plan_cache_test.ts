import { assertEquals } from "@std/assert";
import { optionName } from "../../lib/settings/names.ts";
import { OPTIONS } from "../../lib/settings/options.ts";
import type { SettingName } from "../../lib/settings/setting.ts";
import { UNCACHEABLE_OPTIONS } from "../../lib/cache/plan_cache.ts";

Deno.test("a run is like another by all options but those that do not run the command, or tell all", () => {
  const names = Object.keys(OPTIONS) as SettingName[];
  const otherwise = names.filter((name) =>
    UNCACHEABLE_OPTIONS.test(optionName(name))
  );
  const modes = names.filter((name) => OPTIONS[name]?.group === "modes");
  assertEquals(
    otherwise.toSorted(),
    [...modes, "help", "version", "verbose", "format"].toSorted(),
  );
  assertEquals(UNCACHEABLE_OPTIONS.test("--format=env"), true);
  assertEquals(UNCACHEABLE_OPTIONS.test("--role=--help"), false);
});
