import { assert, assertEquals } from "@std/assert";
import {
  type AwsFile,
  type Entries,
  formatAwsFile,
  parseAwsFile,
  readSection,
  removeSection,
  setSection,
} from "../../lib/aws/edit.ts";
import { parseSections } from "../../lib/aws/profiles.ts";

const encoder = new TextEncoder();
const parse = (text: string) => parseAwsFile(encoder.encode(text));
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const format = (file: AwsFile) => decoder.decode(formatAwsFile(file));
const set = (text: string, name: string, entries: Entries) =>
  format(setSection(parse(text), name, entries));
const read = (file: AwsFile, name: string) => {
  const section = readSection(file, name);
  return section && { ...section };
};

Deno.test("setSection() makes a section that is not there at the end", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", "[x]\na = 1\nb = 2\n"],
    ["[y]\nc = 3\n", "[y]\nc = 3\n\n[x]\na = 1\nb = 2\n"],
    ["[y]\nc = 3", "[y]\nc = 3\n\n[x]\na = 1\nb = 2\n"],
    ["[y]\nc = 3\n\n", "[y]\nc = 3\n\n[x]\na = 1\nb = 2\n"],
    ["[y]\r\nc = 3\r\n", "[y]\r\nc = 3\r\n\r\n[x]\r\na = 1\r\nb = 2\r\n"],
    ["[y]\r\nc = 3", "[y]\r\nc = 3\r\n\r\n[x]\r\na = 1\r\nb = 2\r\n"],
    ["# [x]\n", "# [x]\n\n[x]\na = 1\nb = 2\n"],
    ["[xy]\n[ x ]\n", "[xy]\n[ x ]\n\n[x]\na = 1\nb = 2\n"],
    ["\uFEFF[y]\n", "\uFEFF[y]\n\n[x]\na = 1\nb = 2\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(set(before, "x", { a: "1", b: "2" }), after);
  }
});

Deno.test("setSection() changes a value and nothing around it", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["[x]\na = old\n", "[x]\na = 1\n"],
    ["[x]\na=old", "[x]\na=1"],
    ["[x]\r\na   =\told  \r\n", "[x]\r\na   =\t1\r\n"],
    ["[x]\n  a = old\n", "[x]\n  a = 1\n"],
    // The SDK for JavaScript tells "A" from "a", botocore does not.
    ["[x]\nA = old\n", "[x]\na = 1\n"],
    ["[x] # c\n\n; c\na = b = c\n# d\n", "[x] # c\n\n; c\na = 1\n# d\n"],
    ["[x]\na =\n[y]\na = 2\n", "[x]\na =1\n[y]\na = 2\n"],
    ["\uFEFF[x]\na = old\n", "\uFEFF[x]\na = 1\n"],
    ["[y]\na = 2\n[x]\na = old\n", "[y]\na = 2\n[x]\na = 1\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(set(before, "x", { a: "1" }), after);
  }
});

Deno.test("setSection() adds a key after the last one of its section", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["[x]\nb = 2\n\n# about y\n[y]\n", "[x]\nb = 2\na = 1\n\n# about y\n[y]\n"],
    ["[x]\nb = 2", "[x]\nb = 2\na = 1\n"],
    ["[x]", "[x]\na = 1\n"],
    ["[x]\r\n[y]\r\n", "[x]\r\na = 1\r\n[y]\r\n"],
    ["[x]\ns3 =\n  a = 5\n[y]\n", "[x]\ns3 =\n  a = 5\na = 1\n[y]\n"],
    ["[x]\n# a = 0\n", "[x]\na = 1\n# a = 0\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(set(before, "x", { a: "1" }), after);
  }
});

Deno.test("setSection() sets the last of a key that stands twice, in a section that does", () => {
  assertEquals(
    set("[x]\na = 0\n[y]\n[x]\na = 0\na = 0\nb = 0\n", "x", {
      a: "1",
      c: "2",
    }),
    "[x]\na = 0\n[y]\n[x]\na = 0\na = 1\nb = 0\nc = 2\n",
  );
});

Deno.test("setSection() tells apart names that are not ASCII", () => {
  const text = "[é]\na = é\n[è]\na = 0\n";
  assertEquals(set(text, "è", { a: "1" }), "[é]\na = é\n[è]\na = 1\n");
  assertEquals(set(text, "ê", { a: "1" }), text + "\n[ê]\na = 1\n");
});

Deno.test("setSection() finds a header whose name ends in any letter", () => {
  // The last byte of "à" is that of a no-break space in Latin-1.
  for (const name of ["à", "à#b", "à;b", "日本"]) {
    const text = `[x]\nb = 2\n[${name}]\nc = 3\n`;
    assertEquals(
      set(text, "x", { a: "1" }),
      `[x]\nb = 2\na = 1\n[${name}]\nc = 3\n`,
    );
    assertEquals(set(text, name, { c: "1" }), text.replace("3", "1"));
  }
});

Deno.test("setSection() ends a section where the SDK ends it", () => {
  for (const header of ["[]", "[ ]", "  [y]", "[y] # c", "[y]z]"]) {
    const text = `[x]\nb = 2\n${header}\na = 0\n`;
    assertEquals(
      set(text, "x", { a: "1" }),
      `[x]\nb = 2\na = 1\n${header}\na = 0\n`,
    );
  }
});

Deno.test("setSection() writes a value that is not ASCII in UTF-8, as a reader expects", () => {
  const text = set("[x]\na = 0\n", "x", { a: "é日", b: "日" });
  assertEquals(text, "[x]\na = é日\nb = 日\n");
});

// A value comes from an answer to a call: it must not be able to write a profile.
Deno.test("setSection() lets no value begin a line of its own", () => {
  const evil = "1\n[default]\ncredential_process = evil";
  for (const text of ["", "[x]\na = 0\n"]) {
    let after = text;
    try {
      after = set(text, "x", { a: evil });
    } catch {
      // Refused: as good as written in a way that does no harm.
    }
    assertEquals(parseSections(after).get("default"), undefined);
  }
});

Deno.test("readSection() reads the keys of a section that it could have written", () => {
  const cases: readonly (readonly [string, Entries | undefined])[] = [
    ["", undefined],
    ["[y]\na = 1\n", undefined],
    ["# [x]\na = 1\n", undefined],
    ["[x]", {}],
    ["[x]\n\n# a = 1\n", {}],
    ["[x]\na=1\n B\t=\t2 3 \r\n", { a: "1" }],
    ["[x]\na = b = c\nd =\n", { a: "b = c", d: "" }],
    ["[x]\na = 1\n[y]\nb = 2\n[x]\na = 3\nc = 4\n", { a: "3", c: "4" }],
    ["[x]\ns3 =\n  a = 5\nb = 6\n", { s3: "", b: "6" }],
    ["\uFEFF[x] ; c\na = 1", { a: "1" }],
  ];
  for (const [text, expected] of cases) {
    assertEquals(read(parse(text), "x"), expected, JSON.stringify(text));
  }
});

Deno.test("readSection() reads a section that is indented as a whole", () => {
  // Both boto3 and the SDK take these for two keys of the profile.
  const text = "[x]\n  a = 1\n  b = 2\n";
  assertEquals(read(parse(text), "x"), { a: "1", b: "2" });
  assertEquals(set(text, "x", { b: "3" }), "[x]\n  a = 1\n  b = 3\n");
});

Deno.test("removeSection() removes all sections of a name and nothing else", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["", ""],
    ["[y]\nb = 2\n", "[y]\nb = 2\n"],
    ["[x]\na = 1\n", ""],
    ["[y]\nb = 2\n\n[x]\na = 1\n", "[y]\nb = 2\n"],
    [
      "[x]\na = 1\ns3 =\n  c = 2\n\n# about y\n[y]\n",
      "\n# about y\n[y]\n",
    ],
    ["[x]\na = 1\n[y]\n[x]\nb = 2\n# end\n", "[y]\n# end\n"],
  ];
  for (const [before, after] of cases) {
    assertEquals(format(removeSection(parse(before), "x")), after);
  }
});

/** Numbers that look random and are the same in each run (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** A line without its end, one byte a character. */
  line(): string {
    const key = () => this.pick(["k1", "k2", "k3", "region", "output", "K1"]);
    const space = () => this.pick(["", " ", "\t", "  "]);
    const value = () =>
      this.pick(["v", "v w", "a=b", "http://x", "", "\xff\xfe", "\xc3\xa9"]);
    return this.pick<() => string>([
      () => `[${this.pick(["ours", "other", "profile x", "\xc3\xa9", "o"])}]`,
      () => `[${this.pick(["ours", "other"])}]${this.pick([" # c", "  "])}`,
      () => `${space()}${this.pick(["#", ";"])} [ours] k1 = v`,
      () => `${key()}${space()}=${space()}${value()}`,
      () => `${key()}${space()}=${space()}${value()}${space()}`,
      () => `s3 =\n  max = ${value()}\n\t${key()} = v`,
      () => `${key()} = v ${this.pick(["#", ";"])} comment`,
      () => space(),
      () => this.pick(["garbage", "= v", "[", "]", "\xf0\x9f"]),
    ])();
  }

  /** A file such as people and tools leave it. */
  file(): Uint8Array {
    const eol = this.pick(["\n", "\n", "\r\n"]);
    let text = this.pick(["", "", "\xEF\xBB\xBF"]);
    for (let count = this.below(25); count > 0; count--) {
      text += this.line() + (this.below(10) === 0 ? "\n" : eol);
    }
    if (this.below(3) === 0) text = text.replace(/[\r\n]+$/, "");
    return Uint8Array.from(text, (char) => char.charCodeAt(0));
  }
}

/** Runs a check on many files, and says which one it was that failed. */
function forFiles(check: (bytes: Uint8Array, random: Random) => void): void {
  for (let seed = 1; seed <= 1500; seed++) {
    const random = new Random(seed);
    const bytes = random.file();
    try {
      check(bytes, random);
    } catch (error) {
      const text = JSON.stringify(binary(bytes));
      throw new Error(`with seed ${seed}, ${text}`, { cause: error });
    }
  }
}

const binary = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

const ENTRIES: readonly Entries[] = [
  { k1: "new" },
  { k1: "new", k2: "new = er", k9: "x/y+z==" },
  { zz: "new", k3: "arn:aws:iam::111111111111:role/x" },
];

Deno.test("a file that is parsed and formatted is the same, byte for byte", () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = new Random(seed);
    const bytes = random.bytes(random.below(300));
    assertEquals(formatAwsFile(parseAwsFile(bytes)), bytes, `seed ${seed}`);
  }
  forFiles((bytes) => {
    assertEquals(formatAwsFile(parseAwsFile(bytes)), bytes);
  });
});

Deno.test("what is set in any file is read from it, by us and by the SDK's rules", () => {
  forFiles((bytes, random) => {
    const entries = random.pick(ENTRIES);
    const before = parseAwsFile(bytes);
    const after = setSection(before, "ours", entries);
    assertEquals(
      { ...readSection(after, "ours") },
      { ...readSection(before, "ours"), ...entries },
    );
    const section = parseSections(format(after)).get("ours")!;
    for (const [key, value] of Object.entries(entries)) {
      // The SDK tells "k1" from "K1"; we, as boto3, do not.
      const found = [section[key], section[key.toUpperCase()]];
      assert(found.includes(value), `${key} is ${found}`);
    }
  });
});

Deno.test("no other section of any file reads otherwise than before", () => {
  forFiles((bytes, random) => {
    const others = (file: AwsFile) =>
      [...parseSections(format(file))]
        .filter(([name]) => name !== "ours")
        .map(([name, section]) => [name, { ...section }]);
    const before = parseAwsFile(bytes);
    const after = setSection(before, "ours", random.pick(ENTRIES));
    assertEquals(others(after), others(before));
  });
});

Deno.test("every line of any file that is not a set key's stays as it is", () => {
  forFiles((bytes, random) => {
    const entries = random.pick(ENTRIES);
    const before = parseAwsFile(bytes);
    const after = setSection(before, "ours", entries);
    const old = binary(formatAwsFile(before));
    if (readSection(before, "ours") === undefined) {
      const added = binary(formatAwsFile(after));
      const lines = Object.entries(entries)
        .map(([key, value]) => `${key} = ${value}\n`).join("");
      assert(added.startsWith(old));
      assertEquals(
        added.slice(old.length).replaceAll("\r", "").replace(/^\n+/, ""),
        `[ours]\n${lines}`,
      );
      return;
    }
    const keys = new RegExp(
      `^(?:${Object.keys(entries).join("|")})[ \t]*=`,
      "i",
    );
    const rest = (file: AwsFile) =>
      file.lines.filter((line) => !keys.test(line));
    const ended = (lines: string[]) =>
      lines.map((line) => line.replace(/\r?\n$/, ""));
    const [oldRest, newRest] = [rest(before), rest(after)];
    // Only a last line without an end may have got one, from what comes after.
    assertEquals(ended(newRest), ended(oldRest));
    assertEquals(newRest.slice(0, -1), oldRest.slice(0, -1));
    assert(newRest.join("").startsWith(oldRest.join("")));
  });
});

Deno.test("setting the same twice changes nothing", () => {
  forFiles((bytes, random) => {
    const entries = random.pick(ENTRIES);
    const once = setSection(parseAwsFile(bytes), "ours", entries);
    const again = setSection(
      parseAwsFile(formatAwsFile(once)),
      "ours",
      entries,
    );
    assertEquals(again, once);
  });
});

Deno.test("a section that was added to any file can be removed without a trace", () => {
  forFiles((bytes, random) => {
    const before = parseAwsFile(bytes);
    if (readSection(before, "ours") !== undefined) return;
    const after = setSection(before, "ours", random.pick(ENTRIES));
    const removed = binary(formatAwsFile(removeSection(after, "ours")));
    const text = binary(bytes);
    // A last line that had no end has got one, and a blank last line is gone.
    assertEquals(
      removed.replace(/\s+$/, ""),
      text.replace(/\s+$/, ""),
    );
  });
});
