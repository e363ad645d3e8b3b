import { assertEquals } from "@std/assert";
import { formatRedirect } from "../../lib/output/redirect_page.ts";

Deno.test("formatRedirect() escapes the URL in the HTML attributes", () => {
  const page = formatRedirect('https://x/?a=1&b="><script>');
  const escaped = "https://x/?a=1&amp;b=&quot;&gt;&lt;script&gt;";
  const [, , , meta, , link] = page.split("\n");
  assertEquals(
    meta,
    `<meta http-equiv="refresh" content="0; url=${escaped}">`,
  );
  assertEquals(link, `<a href="${escaped}">Sign in to the AWS console</a>`);
});
