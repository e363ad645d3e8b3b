import { assertEquals } from "@std/assert";
import { CommandHider } from "../../lib/credentials/command_hider.ts";

Deno.test("CommandHider hides the command line and its secrets, and nothing else", () => {
  for (
    const [command, text, expected] of [
      [["corp", "--password", "S3cret"], "bad S3cret", "bad ***"],
      [
        ["corp", "--token=S3cret", "x"],
        "corp --token=S3cret x: bad",
        "the command: bad",
      ],
      [
        ["env", "CORP_TOKEN=S3cret", "corp"],
        "['env', 'CORP_TOKEN=S3cret']",
        "['env', 'CORP_TOKEN=***']",
      ],
      [["sh", "-c", "corp --pin '12 34' --secret S3cret"], "S3cret", "***"],
      [
        ["curl", "https://me:S3cret@corp/x"],
        "cannot reach https://me:S3cret@corp/x",
        "cannot reach https://me:***@corp/x",
      ],
      [["corp", "--password", "two words"], "'two words'", "'***'"],
      [
        ["corp", "--profile", "prod"],
        "profile prod not found by corp",
        "profile prod not found by corp",
      ],
      [["corp", "--password", "--quiet"], "unknown --quiet", "unknown --quiet"],
      [["/bin/corp"], "/bin/corp: bad", "/bin/corp: bad"],
      [
        "totp --key S3cret",
        "totp --key S3cret: bad S3cret",
        "the command: bad ***",
      ],
      // A command line in quotes is the name of a program that the shell does not find.
      [
        '"totp -b S3cret"',
        "sh: 1: totp -b S3cret: not found",
        "sh: 1: the command: not found",
      ],
      [
        ["/bin/corp --quiet x"],
        "exec: /bin/corp --quiet x: not found",
        "exec: the command: not found",
      ],
      [
        ["curl", "-H", "X-Vault-Token: S3cret", "x"],
        "> X-Vault-Token: S3cret",
        "> X-Vault-Token: ***",
      ],
      [
        "curl -H 'Authorization: Bearer S3cret' -u me:S3cret2",
        "S3cret S3cret2 me",
        "*** *** me",
      ],
      ['corp --data \'{"password":"S3cret"}\'', "bad S3cret", "bad ***"],
      [["corp", "https://x/?a=1&token=S3cret&b=2"], "S3cret b=2", "*** b=2"],
      ["corp https://me:S3/cret@corp/", "me S3/cret", "me ***"],
      [["corp", "--client-secret:S3cret"], "S3cret", "***"],
      [["corp", "/password:S3cret"], "S3cret", "***"],
      ["corp --pwd S3cret --code 654321", "S3cret 654321", "*** ***"],
      ["corp --cookie session=S3cret", "S3cret", "***"],
      [["corp", "--session-name", "prod"], "prod", "prod"],
      [["http", "keycloak:8080"], "keycloak:8080: bad", "keycloak:8080: bad"],
      [
        ["corp", "--password", `S3'c"r\\et`],
        String.raw`"S3'c\"r\\et" 'S3\'c"r\\et' S3'\''c"r\et S3'c%22r%5Cet`,
        `"***" '***' *** ***`,
      ],
      // A short option can have a secret as its value.
      [["corp", "-p", "S3cret"], "bad S3cret", "bad ***"],
      ["corp -p S3cret", "bad S3cret", "bad ***"],
      [["mysql", "-pS3cret"], "bad S3cret", "bad ***"],
      [["corp", "-p", "prod"], "no profile prod", "no profile prod"],
      [["totp", "-b", "JBSWY3DPEHPK3PXP"], "JBSWY3DPEHPK3PXP", "***"],
      [["corp", "-r", "eu-west-1"], "eu-west-1", "eu-west-1"],
      [
        ["corp", "-f", "/Etc/Corp/S3cret"],
        "/Etc/Corp/S3cret",
        "/Etc/Corp/S3cret",
      ],
      // A short secret does not hide parts of words.
      [
        ["corp", "--password", "tif"],
        "cannot identify tif",
        "cannot identify ***",
      ],
      [["corp", "--password", "a"], "a bad word", "a bad word"],
      // A program can print a secret in other forms.
      [
        ["corp", "--password", "S3cret+1"],
        btoa("user:S3cret+1"),
        "dXNlcj***==",
      ],
    ] as const
  ) assertEquals(new CommandHider(command).hide(text), expected);
});

Deno.test("CommandHider finds an end of a text that may be the start of a secret", () => {
  const hider = new CommandHider(["corp", "--password", "S3cret"]);
  for (
    const [text, length] of [
      ["", 0],
      ["Code: ", 0],
      ["use S", 1],
      ["use S3cre", 5],
      ["use S3cret", 0],
      ["corp --pass", 11],
      ["S3cre\n", 0],
    ] as const
  ) assertEquals(hider.startLength(text), length, text);
});
