import { assertEquals } from "@std/assert";
import {
  AUTHORIZATION_CODE,
  DEVICE_CODE,
} from "../../lib/aws/sign_in_types.ts";
import { parseRegistration } from "../../lib/sso/registration.ts";

const CLIENT = {
  clientId: "client",
  clientSecret: "secret",
  expiresAt: "2099-01-01T00:00:00Z",
};
const KEYS = {
  clientId: "client",
  clientSecret: "secret",
  expiration: Date.parse("2099-01-01T00:00:00Z"),
};

Deno.test("a registration is used only for its grant, and if it is complete", () => {
  const withCode = { ...CLIENT, grantTypes: ["authorization_code"] };
  const rows = [
    [CLIENT, DEVICE_CODE, KEYS],
    [CLIENT, AUTHORIZATION_CODE, undefined],
    [withCode, AUTHORIZATION_CODE, KEYS],
    [withCode, DEVICE_CODE, undefined],
    [{ ...CLIENT, clientId: "a\nb" }, DEVICE_CODE, undefined],
    [{ ...CLIENT, clientId: 1 }, DEVICE_CODE, undefined],
    [{ ...CLIENT, clientSecret: "" }, DEVICE_CODE, undefined],
    [{ ...CLIENT, expiresAt: "soon" }, DEVICE_CODE, undefined],
    [[], DEVICE_CODE, undefined],
  ] as const;
  for (const [registration, grant, expected] of rows) {
    const text = JSON.stringify(registration);
    assertEquals(parseRegistration(text, grant), expected, text);
  }
  assertEquals(parseRegistration("{", DEVICE_CODE), undefined);
});
