import { assert, assertEquals } from "@std/assert";
import { formatQuestion } from "../../../lib/credentials/mfa/question.ts";

const ADMIN = "arn:aws:iam::111111111111:role/team-a/admin";
const mfa = (name: string) => `arn:aws:iam::111111111111:mfa/${name}`;

Deno.test("the question for a code names the user, the role and an unusual device", () => {
  const cases: readonly (readonly [
    user: string | undefined,
    serial: string,
    reason: string,
    question: string,
  ])[] = [
    ["alice", mfa("alice"), "", "MFA code for alice (role admin): "],
    ["alice", mfa("team/alice"), "", "MFA code for alice (role admin): "],
    [
      "alice",
      mfa("phone"),
      "",
      "MFA code for alice (device phone, role admin): ",
    ],
    [
      "alice",
      "GAHT12345678",
      "",
      "MFA code for alice (device GAHT12345678, role admin): ",
    ],
    [undefined, mfa("phone"), "", "MFA code for phone (role admin): "],
    [undefined, "GAHT12345678", "", "MFA code for GAHT12345678 (role admin): "],
    [
      "alice",
      mfa("alice"),
      "A code has six digits.",
      "A code has six digits. MFA code for alice (role admin): ",
    ],
    [
      "alice",
      mfa("alice"),
      "A long reason stands on a line of its own, before the question.",
      "A long reason stands on a line of its own, before the question.\nMFA code for alice (role admin): ",
    ],
    [
      "a\x1b[31m\nb",
      mfa("a"),
      "",
      "MFA code for a [31m b (device a, role admin): ",
    ],
  ];
  for (const [user, serial, reason, question] of cases) {
    assertEquals<string>(
      formatQuestion({ serial, user, roleArn: ADMIN }, reason),
      question,
    );
  }
});

Deno.test("the question for a code has at most 80 columns, however long the names are", () => {
  const lengths = [1, 7, 8, 9, 20, 40, 64];
  for (const user of lengths) {
    for (const device of lengths) {
      for (const role of lengths) {
        const question = formatQuestion({
          serial: mfa("d".repeat(device)),
          user: "u".repeat(user),
          roleArn: `arn:aws:iam::111111111111:role/${"r".repeat(role)}`,
        }, "");
        assert(question.length <= 80, question);
        const isCut = question.includes("…");
        const whole = "MFA code for  (device , role ): ".length + user +
          device + role;
        assertEquals(isCut, whole > 80, question);
        for (const letter of ["u", "d", "r"]) {
          const shown = question.split(letter).length - 1;
          assert(shown > 0, question);
        }
      }
    }
  }
});
