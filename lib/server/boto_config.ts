import { devNull } from "node:os";
import { within } from "../system/path.ts";
import { hasKey } from "../aws/strip_default_profile.ts";
import { readBytesIfPresent, statIfPresent } from "../system/files.ts";

/** A file of settings is not larger, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * What keeps botocore from keys in the files of its predecessor, which it reads
 * before it asks an endpoint; nothing where these have none, because other
 * programs have settings there.
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
  // What stands for another path could lead anywhere.
  let isInTheWay = named !== undefined && /^~|[$%]/.test(named);
  for (const path of paths) isInTheWay ||= await mayHoldKeys(path);
  return isInTheWay ? { BOTO_CONFIG: devNull } : {};
}

async function mayHoldKeys(path: string): Promise<boolean> {
  try {
    const info = await statIfPresent(path);
    if (info?.isFile !== true) return false; // botocore reads no other
    if (info.size > MOST_BYTES) return true;
    const bytes = await readBytesIfPresent(path);
    return bytes !== undefined && hasKey(bytes, "aws_access_key_id");
  } catch {
    return false; // what we cannot read, the command cannot either
  }
}
