/** Finds and replaces the values of JSON, XML and other texts, one at a time. */

/** A text with its values. */
export interface Leaves {
  /** The names of the values, in the order of the text. */
  readonly names: readonly string[];
  /** Returns the text with another value at an index. */
  readonly replace: (
    index: number,
    change: (value: string) => string,
  ) => string;
}

/** Finds the values of a text: of its JSON, of its XML, or the whole text. */
export function findLeaves(text: string): Leaves {
  if (/^\s*[{[]/.test(text)) return findJsonLeaves(text);
  if (/^\s*</.test(text)) return findXmlLeaves(text);
  return { names: ["text"], replace: (_, change) => change(text) };
}

function findJsonLeaves(text: string): Leaves {
  const names: string[] = [];
  const walk = (
    value: unknown,
    name: string,
    change: (name: string, value: string) => unknown,
  ): unknown => {
    if (Array.isArray(value)) {
      return value.map((item, at) => walk(item, `${name}[${at}]`, change));
    }
    if (typeof value !== "object" || value === null) {
      return change(name, String(value)) ?? value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        walk(member, `${name}.${key}`, change),
      ]),
    );
  };
  walk(JSON.parse(text), "", (name) => void names.push(name));
  return {
    names,
    replace: (index, change) =>
      JSON.stringify(walk(
        JSON.parse(text),
        "",
        (name, value) => name === names[index] ? change(value) : undefined,
      )),
  };
}

function findXmlLeaves(text: string): Leaves {
  const pattern = /<(\w+)>([^<>]*)<\/\1>/g;
  const names = Array.from(text.matchAll(pattern), ([, name]) => name!);
  return {
    names,
    replace: (index, change) => {
      let at = 0;
      return text.replace(
        pattern,
        (whole, name, value) =>
          at++ === index
            ? `<${name}>${escapeXml(change(value))}</${name}>`
            : whole,
      );
    },
  };
}

function escapeXml(value: string): string {
  return value.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
}
