import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { startRedirectServer } from "../../lib/sso/redirect_server.ts";

const STATE = "6c5d41a0-5dd2-4a30-9c7b-0d6f0f2a4e11";

/** Requests a path of the server; returns the status and the body. */
async function get(
  uri: string,
  query: string,
): Promise<readonly [number, string]> {
  const response = await fetch(`${uri}${query}`);
  return [response.status, await response.text()];
}

Deno.test("a second redirect changes nothing, and the first gets the page of success", async () => {
  const query = `?state=${STATE}&code=first`;
  let uri = "";
  {
    await using server = startRedirectServer(STATE);
    ({ uri } = server);
    const first = get(uri, query);
    assertEquals(await server.redirect, { code: "first" });
    for (const other of [query, `?state=${STATE}&error=access_denied`]) {
      const [status, body] = await get(uri, other);
      assertEquals(status, 400);
      assertStringIncludes(body, "This sign-in has ended.");
    }
    server.succeed();
    const [status, body] = await first;
    assertEquals(status, 200);
    assertStringIncludes(body, "You are signed in.");
  }
  await assertRejects(() => fetch(uri), TypeError);
});

Deno.test("the page of the first redirect says if the sign-in fails, before the server ends", async () => {
  const server = startRedirectServer(STATE);
  const first = get(server.uri, `?state=${STATE}&error=access_denied&code=x`);
  assertEquals(await server.redirect, { error: "access_denied" });
  await server[Symbol.asyncDispose]();
  const [status, body] = await first;
  assertEquals(status, 400);
  assertStringIncludes(body, "The sign-in failed.");
});

Deno.test("a redirect with a wrong state, or without a code, is not accepted", async () => {
  await using server = startRedirectServer(STATE);
  const queries = [
    "",
    "?code=x",
    `?state=&code=x`,
    `?state=${STATE.slice(1)}&code=x`,
    `?state=${STATE}x&code=x`,
    `?state=${STATE.replace("6", "7")}&code=x`,
    `?state=${"é".repeat(18)}&code=x`,
    `?state=${STATE}`,
    `?state=${STATE}&code=`,
    `?state=${STATE}&code=a%0ab`,
    `?state=${STATE}&error=%3Cscript%3E`,
  ];
  for (const query of queries) {
    const [status, body] = await get(server.uri, query);
    assertEquals(status, 400, query);
    assertStringIncludes(body, "does not belong to a sign-in of assume-role");
    assertEquals(body.includes("script"), false);
  }
  for (const path of ["/", "/oauth/callback/", "//oauth/callback"]) {
    const [status] = await get(
      server.uri.replace("/oauth/callback", path),
      `?state=${STATE}&code=x`,
    );
    assertEquals(status, 404, path);
  }
});
