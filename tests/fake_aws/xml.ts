/** What is to become an XML element: text, elements, or a list of members. */
export type Node = string | number | boolean | readonly Node[] | {
  readonly [name: string]: Node;
};

/** Writes elements as the query protocol of AWS does: lists are `<member>`s. */
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
