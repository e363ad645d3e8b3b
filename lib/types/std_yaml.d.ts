// Types of the part of @std/yaml that is used here: the npm build carries none.
export declare function parse(
  content: string,
  options?: { schema?: "core" | "default" | "failsafe" | "json" | "extended" },
): unknown;
