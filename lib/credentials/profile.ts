import { dirname } from "../system/dirname.ts";
import { within } from "../system/path.ts";
import {
  type Entries,
  formatAwsFile,
  parseAwsFile,
  readSection,
  removeSection,
  sectionNames,
  setSection,
} from "../aws/ini_editor.ts";
import { EXPIRY_KEY, SAVED_PROFILE_MARK } from "../aws/saved_profiles.ts";
import { removeOlder } from "../system/private_directory.ts";
import { kindOf } from "../system/files.ts";
import { isTemporary, makePrivateDirectory } from "../system/atomic_write.ts";
import { LateWriteError } from "../system/late_writers.ts";
import { withLock } from "../system/lock.ts";
import { updateFile } from "../system/edit_shared_file.ts";
import { reasonOf } from "../system/os_error.ts";
import type { RolePlan } from "../plan/plan.ts";
import type { Credentials } from "../aws/credentials.ts";

/** In milliseconds. */
const DAY = 24 * 3600_000;

const NOT_OURS =
  "a section of that name is there that assume-role did not write";

/** The outcome of saving a profile. */
export interface Saved {
  /** The reason why the profile is not saved; `undefined` if it is. */
  readonly notSaved?: string | undefined;
  /** The reason why another program's change of the file is lost, if one is. */
  readonly lostChange?: string | undefined;
}

/**
 * Saves credentials as a profile of `~/.aws/credentials`, for every tool that
 * reads it. Nothing else in the file changes.
 */
export async function saveProfile(
  target: NonNullable<RolePlan["savedProfile"]>,
  credentials: Credentials,
  now: number,
  onWait: () => void,
): Promise<Saved> {
  const { file, name, isTaken } = target;
  if (isTaken) return { notSaved: NOT_OURS };
  try {
    const kind = await kindOf(file);
    if (kind === "device") return {}; // /dev/null: nothing is to be saved
    if (kind === "other") return { notSaved: "it is not a regular file" };
    await makePrivateDirectory(dirname(file));
    let refusal: string | undefined;
    await removeOlder(dirname(file), now - DAY, isTemporary);
    const edit = (content: Uint8Array) => {
      const before = parseAwsFile(content);
      refusal = refuse(readSection(before, name), credentials, now);
      if (refusal !== undefined) return undefined;
      return formatAwsFile(
        setSection(before, name, toEntries(credentials, target.region)),
      );
    };
    await withLock(lockOf(file), { onWait }, () => updateFile(file, edit));
    return { notSaved: refusal };
  } catch (error) {
    const reason = reasonOf(error);
    return error instanceof LateWriteError
      ? { lostChange: reason }
      : { notSaved: reason };
  }
}

/**
 * Removes the profiles that we wrote, those of one role or all. Nothing else in
 * the file changes.
 *
 * @returns their names
 * @throws where the file cannot be read or replaced
 */
export async function removeProfiles(
  file: string,
  roleArn: string | undefined,
): Promise<readonly string[]> {
  const removed = new Set<string>();
  const edit = (content: Uint8Array) => {
    const before = parseAwsFile(content);
    const ours = sectionNames(before).filter((name) => {
      const arn = readSection(before, name)?.[SAVED_PROFILE_MARK];
      return arn !== undefined &&
        (roleArn === undefined || arn === roleArn);
    });
    if (ours.length === 0) return undefined;
    ours.forEach((name) => removed.add(name));
    return formatAwsFile(ours.reduce(removeSection, before));
  };
  await withLock(lockOf(file), { onWait() {} }, () => updateFile(file, edit));
  return [...removed];
}

/** Beside the file, so that it is one for all that write there. */
function lockOf(file: string): string {
  return within(dirname(file), ".assume-role-credentials.lock");
}

function refuse(
  section: Entries | undefined,
  credentials: Credentials,
  now: number,
): string | undefined {
  if (section === undefined || Object.keys(section).length === 0) {
    return undefined;
  }
  const writtenFor = section[SAVED_PROFILE_MARK];
  if (writtenFor === undefined) {
    return NOT_OURS;
  }
  const expires = Date.parse(section[EXPIRY_KEY] ?? "");
  if (writtenFor !== credentials.roleArn && !(expires <= now)) {
    return `it holds the credentials of ${writtenFor}; give one of them another profile_name_prefix`;
  }
  return undefined;
}

function toEntries(
  credentials: Credentials,
  region: string | undefined,
): Entries {
  return {
    aws_access_key_id: credentials.accessKeyId,
    aws_secret_access_key: credentials.secretAccessKey,
    aws_session_token: credentials.sessionToken,
    ...(region !== undefined && { region }),
    [EXPIRY_KEY]: new Date(credentials.expiration).toISOString(),
    [SAVED_PROFILE_MARK]: credentials.roleArn,
  };
}
