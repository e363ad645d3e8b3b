/** AWS's files: other tools read the files as assume-role does, and no edit is lost. */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import fc from "fast-check";
import {
  formatAwsFile,
  parseAwsFile,
  sectionNames,
  setSection,
} from "../../lib/aws/ini_editor.ts";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { sdkSections } from "../../lib/aws/sections_for_sdk.ts";
import { awsFile, entries, nastyFile } from "../aws/files.ts";
import { HEADER_CASES, HEADER_FILE, SUBJECT_CASES } from "../aws/headers.ts";
import {
  compareProfiles,
  compareSections,
  readByBotocore,
  readTextsByBotocore,
} from "./botocore.ts";
import { ACCOUNT, withMoto } from "./moto.ts";
import { argv, e2e, fixture, program } from "../mod.ts";

/** The number of generated files of a test. */
const FILES = Number(Deno.env.get("FC_RUNS") ?? 2000);

Deno.test("botocore reads or refuses each file of HEADER_CASES as expected", async () => {
  const read = await readTextsByBotocore(HEADER_CASES.map(({ text }) => text));
  HEADER_CASES.forEach(({ text, expected }, i) => {
    assertEquals(read[i], typeof expected === "number" ? null : expected, text);
  });
});

Deno.test("botocore and assume-role read the same from files with many headers", () =>
  compareSections(HEADER_FILE, FILES));

Deno.test("botocore and assume-role read the same from files with unusual syntax", () =>
  compareSections(nastyFile, FILES));

Deno.test("botocore and assume-role find the same profiles in pairs of files", () =>
  compareProfiles(Math.min(FILES, 500)));

e2e("botocore finds the profiles, SSO sessions and services of SUBJECT_CASES", {
  offline: true,
}, async ({ home }) => {
  const { stdout } = await home.exec(
    ["python3", fixture("botocore_subjects.py")],
    { stdin: JSON.stringify(SUBJECT_CASES.map(([header]) => header)) },
  );
  const found = stdout.trim().split("\n").map((line) => JSON.parse(line));
  SUBJECT_CASES.forEach(([header, expected], i) => {
    assertEquals(found[i], expected ?? null, header);
  });
});

e2e("the AWS SDK reads the sections that assume-role writes for it", {
  offline: true,
}, async ({ home }) => {
  const { loadSharedConfigFiles } = await import("@smithy/core/config");
  const configFilepath = join(home.root, "config");
  const text = fc.tuple(HEADER_FILE, fc.constantFrom("", "role_arn = x\n"))
    .map(([text, key]) => `[profile p]\n${key}${text}`);
  await fc.assert(
    fc.asyncProperty(
      text,
      fc.constantFrom("p", "b", "first"),
      async (text, name) => {
        let profiles;
        try {
          profiles = parseProfiles(text, "");
          profiles.names();
        } catch {
          fc.pre(false);
          return;
        }
        const section = profiles.get(name) ?? {};
        const sections = sdkSections(name, section, "default", profiles);
        Deno.writeTextFileSync(configFilepath, sections.config);
        const { configFile } = await loadSharedConfigFiles({
          configFilepath,
          filepath: "/dev/null",
          ignoreCache: true,
        });
        const expected = Object.entries(section).filter((
          [key, value],
        ) =>
          // The SDK ignores an empty value.
          /^[\w.-]+$/.test(key) && value !== "" && !value.includes("\n")
        );
        assertEquals(
          { ...configFile[name] },
          Object.fromEntries(expected),
          text,
        );
      },
    ),
    { numRuns: FILES },
  );
});

e2e(
  "after assume-role adds a section, botocore reads that section, and all other sections as before",
  { offline: true },
  async ({ home }) => {
    const cases = fc.sample(fc.tuple(awsFile, entries), 1500)
      .filter(([bytes]) => !sectionNames(parseAwsFile(bytes)).includes("ours"));
    const paths = cases.flatMap(([bytes, entries], i) => {
      const [before, after] = [
        join(home.root, `${i}.before`),
        join(home.root, `${i}.after`),
      ];
      Deno.writeFileSync(before, bytes);
      Deno.writeFileSync(
        after,
        formatAwsFile(setSection(parseAwsFile(bytes), "ours", entries)),
      );
      return [before, after];
    });
    const read = await readByBotocore(home, paths);
    let readable = 0;
    cases.forEach(([, entries], i) => {
      const [before, after] = [read[2 * i], read[2 * i + 1]];
      if (!before) return;
      readable++;
      assertEquals(after, { ...before, ours: entries });
    });
    assert(
      readable > 100,
      `only ${readable} of ${cases.length} files are readable`,
    );
  },
);

e2e(
  "after assume-role adds a section, the AWS SDK reads that section, and all other sections as before",
  { offline: true },
  async ({ home }) => {
    const { loadSharedConfigFiles } = await import(
      "@smithy/core/config"
    );
    const load = async (bytes: Uint8Array) => {
      const filepath = join(home.root, "credentials");
      Deno.writeFileSync(filepath, bytes);
      const { credentialsFile } = await loadSharedConfigFiles({
        filepath,
        configFilepath: "/dev/null",
        ignoreCache: true,
      });
      return credentialsFile;
    };
    await fc.assert(
      fc.asyncProperty(awsFile, entries, async (bytes, entries) => {
        const file = parseAwsFile(bytes);
        fc.pre(!sectionNames(file).includes("ours"));
        const before = await load(bytes);
        // From some headers, the SDK reads a different name than the AWS CLI.
        fc.pre(before.ours === undefined);
        assertEquals(
          await load(formatAwsFile(setSection(file, "ours", entries))),
          { ...before, ours: entries },
        );
      }),
      { numRuns: 300 },
    );
  },
);

Deno.test("while assume-role and the AWS CLI write files at once, no write is lost, and no read of boto3 fails", () =>
  withMoto(async ({ home, user }) => {
    await home.run("-r admin true");
    const reader = home.exec(
      argv`python3 ${fixture("botocore_read_key.py")} ${user.accessKeyId}`,
    );
    let reading = true;
    reader.finally(() => reading = false);
    const writer = (async () => {
      const written: string[] = [];
      while (reading) {
        const value = `value-${written.length}`;
        written.push(value);
        const result = await home.exec(
          argv`aws configure set key_${written.length} ${value} --profile theirs`,
        );
        assertEquals(result.stderr, "");
      }
      return written;
    })();
    let refreshes = 0;
    while (reading) {
      assertEquals((await home.run("-q -f -r admin true")).status, 0);
      refreshes++;
    }
    const { stdout, stderr, status } = await reader;
    assertEquals([status, stderr], [0, ""]);
    const written = await writer;
    // 'aws configure set' writes all keys except credentials to the config file.
    const text = home.readHome(".aws/config") +
      home.readHome(".aws/credentials");
    const lost = written.filter((value, i) =>
      !text.includes(`key_${i + 1} = ${value}\n`)
    );
    assertEquals(lost, []);
    report(
      `${written.length} writes of the AWS CLI, ${refreshes} refreshes, ${stdout.trim()} reads of boto3`,
    );
  }));

Deno.test("while assume-role and the AWS CLI write ~/.aws/credentials at once, no write is lost", () =>
  withMoto(async ({ home }) => {
    let last = "";
    let writing = true;
    const writer = (async () => {
      for (let i = 1; i <= 25; i++) {
        last = `AKIATHEIRS${i}`;
        await home.exec(
          argv`aws configure set aws_access_key_id ${last} --profile theirs-${i}`,
        );
      }
      writing = false;
    })();
    while (writing) {
      assertEquals((await home.run("-q -f -r admin true")).status, 0);
    }
    await writer;
    const names = home.readHome(".aws/credentials").match(/^\[theirs-\d+\]$/gm);
    assertEquals(names?.length, 25);
  }));

Deno.test("64 processes with an empty cache share one session from moto", () =>
  withMoto(async ({ home }) => {
    const script = 'i=0; while [ $i -lt 64 ]; do "$@" & i=$((i+1)); done; wait';
    const { stdout } = await home.sh(
      script,
      argv`${program()} -q -r admin printenv AWS_ACCESS_KEY_ID`,
      // 64 starts need up to 30 seconds of processor time.
      { timeoutMs: 300_000 },
    );
    const keys = stdout.trim().split("\n");
    assertEquals([keys.length, new Set(keys).size], [64, 1]);
    assert(home.readHome(".aws/credentials").includes(`[${ACCOUNT}-admin]`));
  }));

function report(figures: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`  ${figures}\n`));
}
