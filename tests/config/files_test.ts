import { assertEquals } from "@std/assert";
import { projectPaths, userPath } from "../../lib/config/files.ts";
import { unix } from "../guards.ts";

Deno.test(
  "projectPaths() lists the files from the working directory up to the root",
  unix,
  () => {
    const cases: readonly (readonly [string, string[]])[] = [
      ["/", ["/assume-role.yaml"]],
      ["/a", ["/a/assume-role.yaml", "/assume-role.yaml"]],
      ["/a/b c/d", [
        "/a/b c/d/assume-role.yaml",
        "/a/b c/assume-role.yaml",
        "/a/assume-role.yaml",
        "/assume-role.yaml",
      ]],
    ];
    for (const [cwd, expected] of cases) {
      assertEquals(projectPaths(cwd), expected);
    }
  },
);

Deno.test("userPath() returns the user file in ~/.aws", unix, () => {
  assertEquals(userPath("/home/alice"), "/home/alice/.aws/assume-role.yaml");
});
