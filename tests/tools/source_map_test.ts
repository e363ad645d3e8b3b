import { assertEquals } from "@std/assert";
import { usedSources } from "../../tools/source_map.ts";

Deno.test("usedSources() lists only the sources of which a file has code", () => {
  const sources = ["a.ts", "b.ts", "c.ts", "d.ts"];
  // Segments: [0,0,0,0], [4,2,0,0], [2] (no source), [1,-1,0,3], and 1024 columns further.
  const mappings = "AAAA,IEAA,E;CDAG,ggCAAA";
  assertEquals(usedSources({ sources, mappings }), ["a.ts", "b.ts", "c.ts"]);
  assertEquals(usedSources({ sources, mappings: "" }), []);
});
