/** AWS's files: other tools read them as assume-role does, and all edits are kept. */
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
import { parseSections, type Section } from "../../lib/aws/ini_sections.ts";
import { sdkSections } from "../../lib/aws/sections_for_sdk.ts";
import { awsFile, entries } from "../aws/files.ts";
import { HEADER_CASES, HEADER_FILE, SUBJECT_CASES } from "../aws/headers.ts";
import { createLineReader, splitLines } from "../../lib/aws/ini_lines.ts";
import { ACCOUNT, withMoto } from "./moto.ts";
import { argv, e2e, fixture, program, TestHome } from "../mod.ts";

/** The number of generated files of a test. */
const FILES = Number(Deno.env.get("FC_RUNS") ?? 2000);

async function readByBotocore(
  home: TestHome,
  paths: readonly string[],
): Promise<(Record<string, unknown> | null)[]> {
  const { stdout, stderr } = await home.exec(
    ["python3", fixture("botocore_raw.py")],
    { stdin: JSON.stringify(paths) },
  );
  assertEquals(stderr, "");
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** Reads texts with botocore: returns the sections of each, or `null` for a refused text. */
async function readTextsByBotocore(
  texts: readonly string[],
): Promise<(Record<string, unknown> | null)[]> {
  await using home = new TestHome();
  return await readByBotocore(
    home,
    texts.map((text, i) => {
      const path = join(home.root, `${i}`);
      Deno.writeTextFileSync(path, text);
      return path;
    }),
  );
}

Deno.test("botocore reads or refuses each file of HEADER_CASES as expected", async () => {
  const read = await readTextsByBotocore(HEADER_CASES.map(({ text }) => text));
  HEADER_CASES.forEach(({ text, expected }, i) => {
    assertEquals(read[i], typeof expected === "number" ? null : expected, text);
  });
});

Deno.test("botocore and assume-role find the same sections and keys in any file", async () => {
  const texts = fc.sample(HEADER_FILE, FILES);
  const read = await readTextsByBotocore(texts);
  const count = { read: 0, refused: 0 };
  texts.forEach((text, i) => {
    const refused: number[] = [];
    const sections = parseSections(text, {
      onUnreadable: (line) => refused.push(line),
    });
    const found = read[i];
    if (refused.length > 0) {
      // botocore ignores a value of [DEFAULT] if there is no other section.
      if (!text.includes("[DEFAULT]")) assertEquals(found, null, text);
      count.refused++;
    } else if (found) {
      assertEquals(keysOf(Object.fromEntries(sections)), keysOf(found), text);
      count.read++;
    } else {
      // botocore refuses duplicate sections and keys.
      assert(hasDuplicates(text), text);
    }
  });
  assert(Math.min(...Object.values(count)) > FILES / 20, JSON.stringify(count));
});

/** The keys of each section, without their values. */
function keysOf(sections: Record<string, unknown>): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [
      name,
      Object.entries(section as Section)
        .flatMap(([key, value]) =>
          typeof value === "object"
            ? Object.entries(value).filter(([, inner]) => inner !== "")
              .map(([inner]) => `${key}.${inner}`)
            : value === ""
            ? []
            : [key]
        ).sort(),
    ]),
  );
}

/** Whether a section or a key of a section appears twice. */
function hasDuplicates(text: string): boolean {
  const seen = new Set<string>();
  const readLine = createLineReader();
  let header = "";
  return splitLines(text).some((content) => {
    const line = readLine(content);
    if (line.kind === "header") header = line.name;
    else if (line.kind !== "option") return false;
    const name = JSON.stringify(
      line.kind === "header" ? [header] : [header, line.key],
    );
    const isDuplicate = seen.has(name);
    if (name !== '["DEFAULT"]') seen.add(name);
    return isDuplicate;
  });
}

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
        const sections = sdkSections(name, "default", profiles);
        Deno.writeTextFileSync(configFilepath, sections.config);
        const { configFile } = await loadSharedConfigFiles({
          configFilepath,
          filepath: "/dev/null",
          ignoreCache: true,
        });
        const expected = Object.entries(profiles.get(name) ?? {}).filter((
          [key, value],
        ) => /^[\w.-]+$/.test(key) && !value.includes("\n"));
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
  "botocore reads a new section in any readable file, and everything else as before",
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
  "the AWS SDK reads a new section in any file, and everything else as before",
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
    );
    const keys = stdout.trim().split("\n");
    assertEquals([keys.length, new Set(keys).size], [64, 1]);
    assert(home.readHome(".aws/credentials").includes(`[${ACCOUNT}-admin]`));
  }));

function report(figures: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`  ${figures}\n`));
}
