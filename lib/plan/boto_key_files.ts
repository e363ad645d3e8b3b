// Pure: no I/O.
import { parseSections } from "../aws/ini_sections.ts";
import { ConfigError } from "../errors.ts";
import { expand } from "../system/path.ts";
import { withHome } from "../aws/paths.ts";
import type { SigningCredentials } from "../aws/credentials.ts";
import type { ReadText } from "./resolve_request.ts";

/** Input of {@linkcode loadLegacyKeys}. */
export interface LegacyKeyFilesContext {
  readonly env: Readonly<Record<string, string>>;
  readonly home: string | undefined;
  readonly readText: ReadText;
}

/** Access keys, and the path of the file that has the keys. */
export interface LegacyKeys {
  readonly file: string;
  readonly keys: SigningCredentials;
}

/** Files that boto 2 reads if `BOTO_CONFIG` is not set. */
const BOTO_PATHS = ["/etc/boto.cfg", "~/.boto"];

/**
 * Loads access keys from the file of the first EC2 tools, which `AWS_CREDENTIAL_FILE`
 * names, or from a file of boto 2, which `BOTO_CONFIG` names or which has a default path.
 * The AWS CLI uses these keys if the profile has no credentials.
 *
 * @throws {ConfigError} If the file of `AWS_CREDENTIAL_FILE` cannot be read, or a file
 * has an access key ID but no secret access key.
 */
export async function loadLegacyKeys(
  context: LegacyKeyFilesContext,
): Promise<LegacyKeys | undefined> {
  const { AWS_CREDENTIAL_FILE: ec2, BOTO_CONFIG: boto } = context.env;
  const keys = ec2 === undefined ? undefined : await loadEc2Keys(ec2, context);
  if (keys !== undefined) return keys;
  for (const path of boto === undefined ? BOTO_PATHS : [boto]) {
    const keys = await loadBotoKeys(path, context);
    if (keys !== undefined) return keys;
  }
  return undefined;
}

async function loadEc2Keys(
  value: string,
  { home, readText }: LegacyKeyFilesContext,
): Promise<LegacyKeys | undefined> {
  const path = withHome("AWS_CREDENTIAL_FILE", value, home);
  let text: string;
  try {
    text = await readText(path);
  } catch (error) {
    throw new ConfigError(`Cannot read ${path}: ${(error as Error).message}`, {
      hint: "check AWS_CREDENTIAL_FILE, which names the file",
      cause: error,
    });
  }
  const values = new Map(
    text.split(/\r?\n/).map((line) => {
      const [key = "", ...rest] = line.split("=");
      return [key.trim(), rest.join("=").trim()];
    }),
  );
  const [id, secret] = ["AWSAccessKeyId", "AWSSecretKey"]
    .map((key) => values.get(key));
  return toKeyPair(path, id, secret);
}

async function loadBotoKeys(
  value: string,
  { env, home, readText }: LegacyKeyFilesContext,
): Promise<LegacyKeys | undefined> {
  const path = withHome("BOTO_CONFIG", expand(value, env), home);
  let text: string;
  try {
    text = await readText(path);
  } catch {
    return undefined; // as in botocore
  }
  const { aws_access_key_id, aws_secret_access_key } =
    parseSections(text).get("Credentials") ?? {};
  return toKeyPair(path, aws_access_key_id, aws_secret_access_key);
}

function toKeyPair(
  path: string,
  accessKeyId: string | undefined,
  secretAccessKey: string | undefined,
): LegacyKeys | undefined {
  if (accessKeyId === undefined) return undefined;
  if (secretAccessKey !== undefined) {
    return { file: path, keys: { accessKeyId, secretAccessKey } };
  }
  throw new ConfigError(
    `Cannot use ${path}: the file has an access key ID, but no secret access key`,
  );
}
