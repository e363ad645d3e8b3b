import { assertEquals } from "@std/assert";
import { formatRedirect } from "../../lib/output/redirect_page.ts";

Deno.test("formatRedirect() escapes the URL in the HTML attribute", () => {
  const page = formatRedirect('https://x/?a=1&b="><script>');
  assertEquals(
    page.split("\n")[3],
    '<meta http-equiv="refresh" content="0; url=https://x/?a=1&amp;b=&quot;&gt;&lt;script&gt;">',
  );
});
