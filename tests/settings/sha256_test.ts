import { assertEquals } from "@std/assert";
import { sha256 } from "../../lib/settings/sha256.ts";

async function hashOf(text: string): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

Deno.test("sha256() hashes the JSON of a value, and then texts after their lengths", async () => {
  assertEquals(await sha256(["é", 1, null]), await hashOf('["é",1,null]'));
  assertEquals(
    await sha256("v", ["a\n", "", "é😀"]),
    await hashOf('["v",[2,0,3]]a\né😀'),
  );
});

Deno.test("sha256() keeps other values and other texts apart", async () => {
  const hashes = [
    sha256("v"),
    sha256("v", [""]),
    sha256("v", ["", ""]),
    sha256("v", ["ab"]),
    sha256("v", ["a", "b"]),
    sha256("v", ["", "ab"]),
    sha256("w", ["a", "b"]),
    sha256(["v", [1, 1]]),
    sha256("v", ["1", "]"]),
  ];
  assertEquals(new Set(await Promise.all(hashes)).size, hashes.length);
});
