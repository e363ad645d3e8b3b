/** Attributes of an element; an attribute whose value is `undefined` is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Escapes a text for an element or an attribute. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Formats an element; `content` is markup. */
export function element(
  name: string,
  attributes: Attributes,
  content: string | readonly string[] = [],
): string {
  const start = [name, ...Object.entries(attributes).map(formatAttribute)]
    .filter((part) => part !== "").join(" ");
  if (typeof content === "string") return `<${start}>${content}</${name}>`;
  if (content.length === 0) return `<${start}/>`;
  return [`<${start}>`, ...content, `</${name}>`].join("\n");
}

function formatAttribute(
  [name, value]: readonly [string, string | number | undefined],
): string {
  if (value === undefined) return "";
  // Two decimals keep the files small, and equal on every machine.
  const text = typeof value === "number"
    ? `${Math.round(value * 100) / 100}`
    : escapeXml(value);
  return `${name}="${text}"`;
}

/** Size and texts of a picture. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** A short name of the picture for screen readers. */
  readonly title: string;
  /** The content of the picture, for readers who cannot see the picture. */
  readonly description: string;
}

/** Formats a whole file. The picture has no script and loads nothing. */
export function formatSvg(
  { width, height, title, description }: Picture,
  content: readonly string[],
): string {
  const svg = element("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-labelledby": "title description",
  }, [
    element("title", { id: "title" }, escapeXml(title)),
    element("desc", { id: "description" }, escapeXml(description)),
    ...content,
  ]);
  return `${svg}\n`;
}
