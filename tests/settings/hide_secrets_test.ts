import { assertEquals } from "@std/assert";
import {
  hideSecrets,
  passwordsIn,
  SecretHider,
  secretsOfEnv,
} from "../../lib/settings/hide_secrets.ts";
import { encodeInAllForms } from "../secret_forms.ts";

const KEY = "fake/secret+of+alice/00000000000000000001";
const SECRETS = [
  KEY,
  "123456",
  'pa"ss&<w/o+rd>',
  "S3cret-ü-x",
  "it's-a\\secret",
];

Deno.test("hideSecrets() hides each form of a secret, anywhere in a text", () => {
  for (const secret of SECRETS) {
    for (const [form, text] of encodeInAllForms(secret)) {
      const hidden = hideSecrets(`before <${text}> after`, SECRETS);
      const message = `${form} of ${secret}: ${text} → ${hidden}`;
      assertEquals(hideSecrets(hidden, SECRETS), hidden, message);
      assertEquals(hidden.includes("***"), true, message);
      assertEquals(/^before <.*> after$/s.test(hidden), true, message);
      // At most the neighbors of a secret in a longer text are left.
      assertEquals(hidden.replace("***", "").length < 60, true, message);
    }
  }
});

Deno.test("hideSecrets() hides pieces of a long secret", () => {
  for (const length of [12, 20, 39]) {
    assertEquals(hideSecrets(`x ${KEY.slice(0, length)}…`, [KEY]), "x ***…");
    assertEquals(hideSecrets(`x …${KEY.slice(-length)}`, [KEY]), "x …***");
  }
});

Deno.test("hideSecrets() hides a short secret only as a word of its own", () => {
  for (
    const [secret, text, expected] of [
      ["tif", "cannot identify tif", "cannot identify ***"],
      ["tif", "tif7, a-tif", "***7, a-***"],
      ["a", "a bad word", "a bad word"],
      ["", "text", "text"],
      ["123456", "code 123456 of 1234567", "code *** of 1234567"],
      [
        "123456",
        "arn:aws:iam::123456789012:user/x",
        "arn:aws:iam::123456789012:user/x",
      ],
      ["123456", "x123456y", "x***y"],
      ["123456", "7\n123456", "7\n***"],
      ["123456", "12\u200b3456", "***"],
    ] as const
  ) assertEquals(hideSecrets(text, [secret]), expected);
});

Deno.test("hideSecrets() cuts a very long text before a secret can be cut", () => {
  const text = `${"x ".repeat(9_999)}${KEY}${"y ".repeat(500_000)}${KEY}`;
  const hidden = hideSecrets(text, [KEY]);
  assertEquals(hidden.length < 20_010, true);
  assertEquals(hidden.includes(KEY.slice(0, 12)), false);
});

Deno.test("SecretHider finds only whole secrets if pieces can be a part of other values", () => {
  const tokens = ["IQoJb3JpZ2luX2VjEone", "IQoJb3JpZ2luX2VjEtwo"];
  const hider = new SecretHider([tokens[0]], "whole");
  assertEquals(tokens.map((token) => hider.isIn(token)), [true, false]);
  assertEquals(hider.isIn(btoa(`x${tokens[0]}`)), true);
  assertEquals(new SecretHider([undefined, ""]).isIn("text"), false);
});

Deno.test("secretsOfEnv() finds keys, tokens and the passwords in URLs", () => {
  const found = secretsOfEnv({
    AWS_SECRET_ACCESS_KEY: KEY,
    HTTPS_PROXY: "http://me:p%40ss@proxy:8080",
    AWS_REGION: "eu-west-1",
  });
  for (const secret of [KEY, "p%40ss", "p@ss", "me:p%40ss"]) {
    assertEquals(found.includes(secret), true, secret);
  }
  assertEquals(found.includes("eu-west-1"), false);
  for (
    const text of [
      "http://proxy:8080/a:b@c",
      "arn:aws:iam::1:user/x@y",
      "image:latest@sha256:5f",
    ]
  ) assertEquals(passwordsIn(text), []);
  for (const text of ["http://me:p/ss@proxy", "//me:p/ss@proxy:1"]) {
    assertEquals(passwordsIn(text)[0], "p/ss");
  }
  assertEquals(passwordsIn("me:secret@proxy:8080")[0], "secret");
});
