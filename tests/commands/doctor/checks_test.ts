/** Each check: what it is told, and what it finds. */
import { assertEquals } from "@std/assert";
import { checkClock } from "../../../lib/commands/doctor/clock.ts";
import {
  checkCache,
  checkFile,
  type Content,
} from "../../../lib/commands/doctor/files.ts";
import {
  type Finding,
  formatFinding,
  ok,
  problemOf,
  warning,
} from "../../../lib/commands/doctor/finding.ts";
import {
  checkDevices,
  checkIdentity,
} from "../../../lib/commands/doctor/identity.ts";
import {
  checkShell,
  checkTerminal,
  checkVersions,
} from "../../../lib/commands/doctor/environment.ts";
import { UsageError } from "../../../lib/errors.ts";
import type { FileFacts } from "../../../lib/system/inspect.ts";

const ALICE = {
  arn: "arn:aws:iam::111111111111:user/alice",
  accountId: "111111111111",
};
const DEVICE = "arn:aws:iam::111111111111:mfa/alice";

/** A finding in short: its level, and its text up to what does not matter here. */
const short = ({ level, text }: Finding) => `${level} ${text}`;

Deno.test("formatFinding() is one line, with what to do", () => {
  assertEquals(
    [
      ok("a\nb"),
      warning("c", "d"),
      problemOf("e", new UsageError("f", { hint: "g" })),
    ]
      .map(formatFinding),
    ["ok       a b\n", "warning  c; d\n", "problem  e: f; g\n"],
  );
});

Deno.test("checkClock() allows for the way, and knows AWS's limit", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "ok clock: it agrees with AWS's"],
    [-2_900, "ok clock: it agrees with AWS's"],
    [10_000, "warning clock: it is 10s behind AWS's"],
    [-299_000, "warning clock: it is 4m59s ahead of AWS's"],
    [300_000, "problem clock: it is 5m behind AWS's"],
  ];
  for (const [offset, found] of cases) {
    assertEquals(short(checkClock(offset)), found);
  }
});

Deno.test("checkFile() finds who else gets at a file", () => {
  const cases: readonly (readonly [Partial<FileFacts>, Content, string])[] = [
    [{ kind: "nothing" }, "secrets", "ok /f: there is none"],
    [{}, "secrets", "ok /f: it is yours alone to change"],
    [{ owner: "root" }, "settings", "ok /f: it is yours alone to change"],
    [
      { owner: "another user" },
      "settings",
      "problem /f: it belongs to another user",
    ],
    [
      { mayOthersWrite: true },
      "settings",
      "problem /f: others may write to it",
    ],
    [
      { mayOthersRead: true },
      "settings",
      "ok /f: it is yours alone to change",
    ],
    [
      { mayOthersRead: true },
      "secrets",
      "warning /f: others may read the keys in it",
    ],
  ];
  for (const [facts, content, found] of cases) {
    const whole: FileFacts = {
      path: "/f",
      kind: "file",
      owner: "user",
      mayOthersRead: false,
      mayOthersWrite: false,
      ...facts,
    };
    assertEquals(short(checkFile(whole, content)), found);
  }
});

Deno.test("checkCache() finds whether sessions can be kept", () => {
  assertEquals(
    [
      checkCache("/c", undefined),
      checkCache("/c", "it is a symbolic link"),
      checkCache(undefined, undefined),
    ].map(short),
    [
      "ok cache: /c is a place for secrets",
      "problem cache: /c is not used: it is a symbolic link",
      "warning cache: there is no home directory for it",
    ],
  );
});

Deno.test("checkIdentity() warns of root", () => {
  const root = { ...ALICE, arn: "arn:aws:iam::111111111111:root" };
  assertEquals([ALICE, root].map(checkIdentity).map(short), [
    `ok base identity: ${ALICE.arn}`,
    `warning base identity: ${root.arn}`,
  ]);
});

Deno.test("checkDevices() finds whether a code could be given", () => {
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
      "ok MFA: no IAM user, so AWS takes no codes",
      `ok MFA: ${DEVICE}`,
      `ok MFA: ${DEVICE}`,
      "warning MFA: you have no device that shows codes",
      `warning MFA: ${DEVICE} is configured, but is none of your devices`,
      "warning MFA: your devices cannot be listed",
      `ok MFA: ${DEVICE} is configured`,
    ],
  );
});

Deno.test("checkVersions() warns of what is too old", () => {
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

Deno.test("checkShell() and checkTerminal() find what questions need", () => {
  const all = { hasShell: true, hasStty: true, hasTerminal: true };
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
      "ok shell: /bin/sh is there",
      "ok terminal: you can be asked there",
      "warning shell: there is no /bin/sh",
      "warning terminal: there is none to ask on",
      "warning terminal: there is none to ask on",
      "warning terminal: there is no stty to ask with",
    ],
  );
});
