// Pure: no I/O.
import type { Misnamed } from "../aws/misnamed_sections.ts";
import { UsageError } from "../errors.ts";
import { formatOption } from "../settings/option_text.ts";
import type { ProfileKind, SessionProfile } from "./profile_kind.ts";
import type { SettingLayers } from "./setting_resolver.ts";

/** AWS profile of a name, or the role that the user's file gives the name. */
export type OwnRole = SessionProfile | {
  readonly file: string;
  /** Whether `roles` of the file has the name; otherwise, `role` or `via` has the name. */
  readonly isEntry: boolean;
  readonly roleArn: string;
};

/** A name with two meanings: a role or profile of the user, and a different role. */
export interface AmbiguousName {
  readonly name: string;
  readonly own: OwnRole;
  /** ARN of the different role. */
  readonly otherArn: string;
  /** Path of the project's file whose `roles` has the name; absent for `role_prefix`. */
  readonly otherFile?: string;
}

/** End of a hint: an entry of the user's file always decides what a name means. */
const ENTRY_REMEDY =
  "; to settle the name, give it a role_arn under 'roles' in ~/.aws/assume-role.yaml";

/**
 * Creates the error for an ambiguous name. The hint of the error shows how to select each
 * of the two meanings.
 */
export function ambiguousNameError(
  { name, own, otherArn, otherFile }: AmbiguousName,
  layers: SettingLayers,
  wantedBy: string | undefined,
): UsageError {
  const { roleArn } = own;
  const isProfile = !("file" in own);
  const other = otherFile === undefined
    ? `role_prefix makes the name ${otherArn}`
    : `the entry of 'roles' in ${otherFile} is for ${otherArn}`;
  const choice = isProfile
    ? `'${formatOption("profile", name)}' for the profile`
    : `'${formatOption("role", own.roleArn)}' for your role`;
  return new UsageError(
    `Cannot use the ambiguous role name '${name}'${formatWantedBy(wantedBy)}: ${
      formatOwn(name, own)
    }, but ${other}`,
    {
      hint: wantedBy === undefined
        ? `${
          isProfile ? formatDefaultRemoval(layers) : ""
        }write ${choice}, or '${
          formatOption("role", otherArn)
        }' for the other role${
          isProfile && otherFile === undefined ? ENTRY_REMEDY : ""
        }`
        : roleArn === undefined
        ? `rename the profile, or write 'via: ${otherArn}' for the other role`
        : `write 'via: ${roleArn}' or 'via: ${otherArn}'`,
    },
  );
}

/** Formats the part of an error message that says which role a name means to the user. */
export function formatOwn(name: string, own: OwnRole): string {
  const role = own.roleArn ??
    `a role that only ${"provider" in own ? own.provider : "AWS"} knows`;
  if (!("file" in own)) return `the AWS profile '${name}' is for ${role}`;
  return own.isEntry
    ? `your entry of 'roles' in ${own.file} is for ${role}`
    : `the name in your file ${own.file} is for ${role}`;
}

/** A name for which no role is found, and the facts that the error message needs. */
export interface UnknownName {
  readonly name: string;
  /** Whether `roles` has an entry with this name. */
  readonly isEntry: boolean;
  /** Kind of the AWS profile with this name; `undefined` if no profile has this name. */
  readonly kind: ProfileKind["kind"] | undefined;
  /** Section with this name that the AWS CLI ignores, such as `[dev]` in `~/.aws/config`. */
  readonly misnamed: Misnamed | undefined;
  /** Name of a known role that is similar to this name. */
  readonly near: string | undefined;
}

/** Creates the error for a name that is not found while `role_prefix` is not set. */
export function unknownNameError(
  { name, isEntry, kind, misnamed, near }: UnknownName,
  wantedBy: string | undefined,
): UsageError {
  const hasOnlyKeys = !isEntry && kind === "keys";
  const reason = isEntry
    ? "its entry of 'roles' has no 'role_arn',"
    : hasOnlyKeys
    ? "'roles' has no such entry, the AWS profile of this name has only keys,"
    : kind === "none"
    ? "'roles' has no such entry, the AWS profile of this name has no credentials,"
    : misnamed !== undefined
    ? `'roles' has no such entry, ${misnamed.reason},`
    : "'roles' has no such entry,";
  return new UsageError(
    `Cannot find the role '${name}'${
      formatWantedBy(wantedBy)
    }: ${reason} and 'role_prefix' is not set`,
    {
      hint: hasOnlyKeys
        ? `write '--role ROLE ${
          formatOption("profile", name)
        }' to assume a role with these keys`
        : !isEntry && misnamed !== undefined
        ? misnamed.hint
        : !isEntry && near !== undefined
        ? `did you mean '${near}'?`
        : "use the full ARN, or add 'role_prefix: arn:aws:iam::<account-id>:role/' to assume-role.yaml",
    },
  );
}

/**
 * Formats the part of an error message that names the next role of the chain. The next
 * role cannot be assumed, because the role before it cannot be used.
 */
export function formatWantedBy(wantedBy: string | undefined): string {
  return wantedBy === undefined ? "" : `, from which '${wantedBy}' is assumed`;
}

/**
 * Formats the part of a hint that says how to remove `role` from variables and files. As
 * long as a variable or a file names a role, `--profile` only names base credentials for
 * that role and does not get the session of the profile.
 */
function formatDefaultRemoval({ variables, configs }: SettingLayers): string {
  const removals = [
    ...variables.role === undefined ? [] : ["unset ASSUME_ROLE_ROLE"],
    ...configs.filter(({ values }) => values.role !== undefined)
      .map(({ path }) => `remove 'role' from ${path}`),
  ];
  return removals.map((removal) => `${removal} and `).join("");
}
