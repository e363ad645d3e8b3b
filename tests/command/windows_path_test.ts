import { assertEquals } from "@std/assert";
import { windowsCandidates } from "../../lib/command/windows_path.ts";

const ENV = {
  Path: 'C:\\Windows\\System32;"C:\\Program Files\\nodejs\\";;D:\\tools',
  PATHEXT: ".EXE;.CMD",
};

Deno.test("windowsCandidates() lists each extension in each directory, in order", () => {
  assertEquals(windowsCandidates("npm", ENV), [
    "C:\\Windows\\System32\\npm.exe",
    "C:\\Windows\\System32\\npm.cmd",
    "C:\\Program Files\\nodejs\\npm.exe",
    "C:\\Program Files\\nodejs\\npm.cmd",
    "D:\\tools\\npm.exe",
    "D:\\tools\\npm.cmd",
  ]);
});

Deno.test("windowsCandidates() adds no extension to a name with a known extension, and no directory to a path", () => {
  const env = { PATH: "D:\\tools", PATHEXT: ".EXE;.CMD" };
  assertEquals(windowsCandidates("npm.Cmd", env)[0], "D:\\tools\\npm.Cmd");
  // ".v2" is not an extension of PATHEXT, so extensions are added.
  assertEquals(windowsCandidates("node.v2", env), [
    "D:\\tools\\node.v2.exe",
    "D:\\tools\\node.v2.cmd",
  ]);
  assertEquals(windowsCandidates(".\\run", env), [".\\run.exe", ".\\run.cmd"]);
  assertEquals(windowsCandidates("C:/x/run.cmd", env)[0], "C:/x/run.cmd");
});

Deno.test("windowsCandidates() works without PATHEXT and PATH", () => {
  assertEquals(windowsCandidates("x\\run", {}), [
    "x\\run.com",
    "x\\run.exe",
    "x\\run.bat",
    "x\\run.cmd",
  ]);
  assertEquals(windowsCandidates("run", {}), []);
});
