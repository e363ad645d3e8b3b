import { devNull } from "node:os";
import { within } from "../system/path.ts";
import { hasKey } from "../aws/strip_default_profile.ts";
import { readBytesIfPresent, statIfPresent } from "../system/read_file.ts";

/** A larger file is not read, but assumed to contain access keys. */
const MAX_BYTES = 1024 * 1024;

/**
 * Returns the variables that keep botocore from using access keys in the configuration
 * files of boto 2. botocore reads these files before it queries a credentials endpoint.
 * Returns no variables if the files contain no access keys, because the variables would
 * also hide the settings that other programs keep in these files.
 */
export async function botoVariables(
  env: Readonly<Record<string, string>>,
  home: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  const { BOTO_CONFIG: named } = env;
  const paths = [
    ...(named ? [named] : []),
    "/etc/boto.cfg",
    ...(home === undefined ? [] : [within(home, ".boto")]),
  ];
  // If the path in BOTO_CONFIG has variables or `~`, assume that the file has access keys:
  // botocore expands such a path, but this function does not.
  let mayFindKeys = named !== undefined && /^~|[$%]/.test(named);
  for (const path of paths) mayFindKeys ||= await mayContainKeys(path);
  return mayFindKeys ? { BOTO_CONFIG: devNull } : {};
}

async function mayContainKeys(path: string): Promise<boolean> {
  try {
    const info = await statIfPresent(path);
    if (info?.isFile !== true) return false; // botocore reads only regular files
    if (info.size > MAX_BYTES) return true;
    const bytes = await readBytesIfPresent(path);
    return bytes !== undefined && hasKey(bytes, "aws_access_key_id");
  } catch {
    return false; // the command cannot read the file either
  }
}
