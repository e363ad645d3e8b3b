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
import {
  EXPIRY_KEY,
  isOutdated,
  SAVED_PROFILE_MARK,
} from "../aws/separate_saved_profiles.ts";
import { kindOf, readBytesIfPresent } from "../system/read_file.ts";
import { makePrivateDirectory } from "../system/atomic_write.ts";
import { removeTemporaries } from "../system/leftovers.ts";
import { LateWriteError } from "../system/late_writers.ts";
import { FOREIGN_MS, type Sharing, withLock } from "../system/lock.ts";
import { mayOthersReplace } from "../system/files.ts";
import { absolute } from "../system/follow_links.ts";
import { updateFile } from "../system/edit_shared_file.ts";
import { reasonOf } from "../system/os_error.ts";
import type { RolePlan } from "../plan/plan.ts";
import type { Credentials } from "../aws/credentials.ts";
import type { CachedResult } from "../cache/single_flight.ts";

/** Time limit of the wait for the lock in a directory of the user alone. */
const LOCK_TIMEOUT_MS = 60_000;
const FOREIGN_PROFILE =
  "a profile of that name exists that assume-role did not write; remove or rename that profile, or set profile_name_prefix in assume-role.yaml";

/** The result of saving a profile. */
export interface SaveResult {
  /** The reason why the profile was not saved; `undefined` if there was no problem. */
  readonly notSaved?: string | undefined;
  /** The reason why a simultaneous change by another program was lost; absent if none was. */
  readonly lostChange?: string | undefined;
}

/** Callbacks of {@linkcode saveProfile}. */
export interface SaveEvents {
  /** Called when this process waits because another assume-role is writing the file. */
  readonly onWait: () => (() => void) | void;
  /**
   * Called when the profile is in the file. Changes that other programs make at the same
   * time may not be in the file yet.
   */
  readonly onSaved: () => void;
}

/**
 * Saves credentials as a profile of `~/.aws/credentials` and changes nothing else
 * in the file. If the credentials come from the cache, a profile with a newer session
 * stays. A failure is returned as a reason.
 */
export async function saveProfile(
  target: NonNullable<RolePlan["savedProfile"]>,
  { credentials, fromCache }: CachedResult,
  now: number,
  { onWait, onSaved }: SaveEvents,
): Promise<SaveResult> {
  const { file, name, isTaken, refusal: notAllowed } = target;
  if (notAllowed !== undefined) return { notSaved: notAllowed };
  if (isTaken) return { notSaved: FOREIGN_PROFILE };
  try {
    const kind = await kindOf(file);
    if (kind === "device") return {}; // the user chose /dev/null
    if (kind === "other") return { notSaved: "the file is not a regular file" };
    makePrivateDirectory(dirname(file));
    const isCurrent = (profile: Entries | undefined) =>
      fromCache && !isOutdated(profile, credentials, now);
    const find = async () => {
      // If the file cannot be read, the edit says so.
      const content = fromCache &&
        await readBytesIfPresent(file).catch(() => {});
      if (!content) return undefined;
      const profile = readSection(parseAwsFile(content), name);
      return isCurrent(profile) ? {} : undefined;
    };
    const saved = await find();
    if (saved !== undefined) return saved;
    let refusal: string | undefined;
    await removeTemporaries(dirname(file), now);
    const edit = (content: Uint8Array) => {
      const before = parseAwsFile(content);
      const section = readSection(before, name);
      if (isCurrent(section)) return undefined;
      refusal = refuse(section, credentials, now);
      if (refusal !== undefined) return undefined;
      return formatAwsFile(
        setSection(before, name, toEntries(credentials, target.region)),
      );
    };
    const save = async () => {
      await updateFile(file, edit, () => refusal ?? onSaved());
      return { notSaved: refusal };
    };
    return await withFileLock(file, onWait, save, { find });
  } catch (error) {
    const reason = reasonOf(error);
    return error instanceof LateWriteError
      ? { lostChange: reason }
      : { notSaved: reason };
  }
}

/**
 * Removes the profiles that assume-role wrote, and changes nothing else in the
 * file.
 *
 * @param roleArn The role whose profiles are removed; `undefined` for all roles
 * @returns The names of the removed profiles
 * @throws {Error} If the file cannot be read or replaced
 */
export async function removeProfiles(
  file: string,
  roleArn: string | undefined,
): Promise<readonly string[]> {
  const removed = new Set<string>();
  const kind = await kindOf(file);
  if (kind === "device" || kind === "other") return [];
  const edit = (content: Uint8Array) => {
    const before = parseAwsFile(content);
    const saved = sectionNames(before).filter((name) => {
      const arn = readSection(before, name)?.[SAVED_PROFILE_MARK];
      return arn !== undefined &&
        (roleArn === undefined || arn === roleArn);
    });
    if (saved.length === 0) return undefined;
    saved.forEach((name) => removed.add(name));
    return formatAwsFile(saved.reduce(removeSection, before));
  };
  await withFileLock(file, () => {}, () => updateFile(file, edit));
  return [...removed];
}

/**
 * Runs a task while holding the lock for a file. The lock is in the directory of the file, so
 * that all processes that write the file use the same lock.
 *
 * @param sharing how this process uses the result of another process's task
 * @throws {Error} If the wait takes too long, because a process can hold a lock for ever. In
 * a directory of several users, another user may be the reason, and the limit is shorter.
 */
async function withFileLock<T>(
  file: string,
  onWait: () => void,
  task: () => Promise<T>,
  sharing: Sharing<T> = {},
): Promise<T> {
  const path = within(dirname(file), ".assume-role-credentials.lock");
  // `.` stands for any file of the directory.
  const isExposed = mayOthersReplace(
    within(await absolute(dirname(file)), "."),
  );
  return await withLock(
    path,
    {
      onWait,
      isExposed,
      timeoutMs: isExposed ? FOREIGN_MS : LOCK_TIMEOUT_MS,
      onTimeout: () => new Error(`another process holds the lock file ${path}`),
    },
    task,
    sharing,
  );
}

function refuse(
  section: Entries | undefined,
  credentials: Credentials,
  now: number,
): string | undefined {
  if (section === undefined || Object.keys(section).length === 0) {
    return undefined;
  }
  const roleArn = section[SAVED_PROFILE_MARK];
  if (roleArn === undefined) return FOREIGN_PROFILE;
  const expiry = Date.parse(section[EXPIRY_KEY] ?? "");
  if (roleArn !== credentials.roleArn && !(expiry <= now)) {
    return `the section holds the credentials of ${roleArn}; give one of the two roles another profile_name_prefix`;
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
