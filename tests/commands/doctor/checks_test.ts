/** Checks of `--doctor` that need no files and no network. */
import { assertEquals } from "@std/assert";
import { checkClock } from "../../../lib/commands/doctor/check_clock.ts";
import {
  checkCache,
  checkFile,
  type Content,
} from "../../../lib/commands/doctor/check_files.ts";
import type { Finding } from "../../../lib/commands/doctor/finding.ts";
import {
  checkDevices,
  checkIdentity,
} from "../../../lib/commands/doctor/check_identity.ts";
import {
  checkShell,
  checkTerminal,
  checkVersions,
} from "../../../lib/commands/doctor/check_system.ts";
import type { FileFacts } from "../../../lib/system/inspect_system.ts";

const ALICE = {
  arn: "arn:aws:iam::111111111111:user/alice",
  accountId: "111111111111",
};
const DEVICE = "arn:aws:iam::111111111111:mfa/alice";

/** Formats the level and the text of a finding, without the advice. */
const short = ({ level, text }: Finding) => `${level} ${text}`;

Deno.test("checkClock() ignores a difference of a few seconds, and reports a problem if the difference reaches AWS's limit of 5 minutes", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "ok clock: agrees with AWS's clock"],
    [-2_900, "ok clock: agrees with AWS's clock"],
    [10_000, "warning clock: 10s behind AWS's clock"],
    [-299_000, "warning clock: 4m59s ahead of AWS's clock"],
    [300_000, "problem clock: 5m behind AWS's clock"],
  ];
  for (const [offset, found] of cases) {
    assertEquals(short(checkClock(offset)), found);
  }
});

Deno.test("checkFile() reports a file that other users can read, write or own", () => {
  const cases: readonly (readonly [Partial<FileFacts>, Content, string])[] = [
    [{ kind: "nothing" }, "secrets", "ok /f: does not exist"],
    [{}, "secrets", "ok /f: other users cannot change the contents"],
    [
      { distrust: { reason: "the reason", remedy: "run: x" } },
      "settings",
      "problem /f: the reason",
    ],
    [
      { mayOthersRead: true },
      "settings",
      "ok /f: other users cannot change the contents",
    ],
    [
      { mayOthersRead: true },
      "secrets",
      "warning /f: other users can read the credentials",
    ],
  ];
  for (const [facts, content, found] of cases) {
    const whole: FileFacts = {
      path: "/f",
      kind: "file",
      mayOthersRead: false,
      ...facts,
    };
    assertEquals(short(checkFile(whole, content)), found);
  }
});

Deno.test("checkCache() reports whether sessions can be cached", () => {
  assertEquals(
    [
      checkCache("/c", undefined),
      checkCache("/c", "the path is a symbolic link"),
      checkCache(undefined, undefined),
    ].map(short),
    [
      "ok cache: /c is safe for secrets",
      "problem cache: /c is not used: the path is a symbolic link",
      "warning cache: there is no home directory",
    ],
  );
});

Deno.test("checkIdentity() warns if the base identity is the root user", () => {
  const root = { ...ALICE, arn: "arn:aws:iam::111111111111:root" };
  assertEquals([ALICE, root].map(checkIdentity).map(short), [
    `ok base identity: ${ALICE.arn}`,
    `warning base identity: ${root.arn}`,
  ]);
});

Deno.test("checkDevices() reports whether the user has an MFA device that shows codes", () => {
  const session = {
    ...ALICE,
    arn: "arn:aws:sts::111111111111:assumed-role/x/alice",
  };
  assertEquals(
    [
      checkDevices(session, [], undefined),
      checkDevices(ALICE, [DEVICE], undefined),
      checkDevices(ALICE, [DEVICE], DEVICE),
      checkDevices(ALICE, [], undefined),
      checkDevices(ALICE, ["other"], DEVICE),
      checkDevices(ALICE, undefined, undefined),
      checkDevices(ALICE, undefined, DEVICE),
    ].map(short),
    [
      "ok MFA: not available, because the base identity is not an IAM user",
      `ok MFA: ${DEVICE}`,
      `ok MFA: ${DEVICE}`,
      "warning MFA: you have no device that shows codes",
      `warning MFA: ${DEVICE} is configured, but is not one of your devices`,
      "warning MFA: cannot list your devices",
      `ok MFA: ${DEVICE} is configured`,
    ],
  );
});

Deno.test("checkVersions() warns about an old Deno", () => {
  const level = (version: string) =>
    checkVersions({ runtime: `Deno ${version}`, system: "linux 6.1" }).level;
  assertEquals(["2.9.6", "2.4.0", "3.0.0", "2.3.7", "1.46.0"].map(level), [
    "ok",
    "ok",
    "ok",
    "warning",
    "warning",
  ]);
});

Deno.test("checkShell() and checkTerminal() report whether prompts are possible", () => {
  const all = {
    needsShell: true,
    hasShell: true,
    hasStty: true,
    hasTerminal: true,
  };
  assertEquals(
    [
      checkShell(all),
      checkTerminal(all),
      checkShell({ ...all, hasShell: false }),
      checkTerminal({ ...all, hasShell: false }),
      checkTerminal({ ...all, hasTerminal: false }),
      checkTerminal({ ...all, hasStty: false }),
    ].map(short),
    [
      "ok shell: found /bin/sh",
      "ok terminal: prompts are possible",
      "warning shell: cannot find /bin/sh",
      "warning terminal: cannot prompt, because there is no terminal",
      "warning terminal: cannot prompt, because there is no terminal",
      "warning terminal: cannot prompt, because stty is missing",
    ],
  );
});
