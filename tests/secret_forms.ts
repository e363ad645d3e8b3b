/** Encodes a text in each form in which a service or a program can repeat the text. */
export function encodeInAllForms(
  secret: string,
): readonly (readonly [form: string, text: string])[] {
  const bytes = new TextEncoder().encode(secret);
  const percent = encodeURIComponent(secret);
  const lower = percent.replace(/%../g, (escape) => escape.toLowerCase());
  const eachByte = Array.from(
    bytes,
    (byte) => byte.toString(16).padStart(2, "0"),
  );
  const json = JSON.stringify(secret).slice(1, -1);
  const codes = [...secret].map((char) => char.codePointAt(0)!);
  const base64 = [0, 1, 2].flatMap((alignment) =>
    ["", "tail of the text"].map((tail) => {
      const before = "xy".slice(0, alignment);
      return [
        `base64 at ${alignment} ${tail}`,
        toBase64(`${before}${secret}${tail && `:${tail}`}`),
      ] as const;
    })
  );
  const plain = [
    ["plain", secret],
    ["percent", percent],
    ["percent in lower case", lower],
    ["percent of each byte", eachByte.map((byte) => `%${byte}`).join("")],
    ["percent twice", encodeURIComponent(percent)],
    ["form", new URLSearchParams({ x: secret }).toString().slice(2)],
    ["form, decoded once too often", secret.replaceAll("+", " ")],
    ["JSON", json],
    ["JSON with escaped slashes", json.replaceAll("/", "\\/")],
    [
      "JSON in ASCII",
      secret.split("").map((unit) =>
        `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`
      ).join(""),
    ],
    [
      "XML",
      secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    ],
    ["HTML, decimal", codes.map((code) => `&#${code};`).join("")],
    [
      "HTML, hexadecimal",
      codes.map((code) => `&#x${code.toString(16)};`).join(""),
    ],
    ["hexadecimal", eachByte.join("")],
    ["hexadecimal in upper case", eachByte.join("").toUpperCase()],
    ["with zero-width spaces", [...secret].join("\u200b")],
    ["wrapped", [...secret].join("\r\n")],
    ["after a longer word", `key=${secret};`],
  ] as const;
  const url = base64.map(([form, text]) =>
    [
      `base64url ${form}`,
      text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
    ] as const
  );
  const nested = base64.flatMap(([form, text]) =>
    [
      [`percent of ${form}`, encodeURIComponent(text)],
      [`base64 of ${form}`, toBase64(text)],
      [`wrapped ${form}`, text.replace(/.{8}/g, "$&\n")],
    ] as const
  );
  return [...plain, ...base64, ...url, ...nested];
}

function toBase64(text: string): string {
  return new TextEncoder().encode(text).toBase64();
}
