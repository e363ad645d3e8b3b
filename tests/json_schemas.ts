import { Ajv2020, type ValidateFunction } from "ajv/2020";
import { join } from "@std/path/join";

/** Directory of the JSON Schemas that describe the output of `--json`. */
export const SCHEMAS: string = join(
  import.meta.dirname!,
  "..",
  "docs",
  "schemas",
);

/** Commands that print a JSON document with `--json`. */
export const DOCUMENTS = ["list", "whoami", "explain", "doctor"] as const;

/** Name of a command that prints a JSON document. */
export type DocumentName = typeof DOCUMENTS[number];

const validators = new Map<DocumentName, ValidateFunction>();

/** Parses the output of a command with `--json`; throws unless the schema accepts it. */
export function parseDocument(
  name: DocumentName,
  text: string,
): Record<PropertyKey, unknown> {
  const validate = validators.get(name) ?? compile(name);
  validators.set(name, validate);
  const document: Record<PropertyKey, unknown> = JSON.parse(text);
  if (validate(document)) return document;
  throw new Error(`${JSON.stringify(validate.errors, null, 2)}\n${text}`);
}

function compile(name: DocumentName): ValidateFunction {
  // The format of ISO 8601 in UTC, in whole seconds.
  const formats = { "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ };
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats });
  const path = join(SCHEMAS, `${name}.json`);
  return ajv.compile(JSON.parse(Deno.readTextFileSync(path)));
}
