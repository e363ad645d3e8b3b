/** The content of an XML element: a text, elements, or a list of members. */
export type Node = string | number | boolean | readonly Node[] | {
  readonly [name: string]: Node;
};

/** Formats elements for AWS's query protocol, in which a list item is a `<member>`. */
export function toXml(node: Node): string {
  if (Array.isArray(node)) {
    return node.map((item) => `<member>${toXml(item)}</member>`).join("");
  }
  if (typeof node === "object") {
    return Object.entries(node)
      .map(([name, child]) => `<${name}>${toXml(child as Node)}</${name}>`)
      .join("");
  }
  return String(node).replace(/[&<>]/g, (c) => `&#${c.charCodeAt(0)};`);
}
