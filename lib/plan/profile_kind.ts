// Pure: no I/O.
import type { Profiles, Section } from "../aws/profiles.ts";

/** The command line of assume-role itself, and the role that its options name. */
const OWN_COMMAND =
  /^\s*["']?(?:[^"'\s]*[\\/])?assume-role(?:\.exe)?["']?\s(?<options>.*)$/s;
const ROLE_OPTION = /(?:^|\s)(?:-r[\s=]*|--role[\s=]\s*)["']?(?<role>[^\s"']+)/;

/** The kind of credentials that an AWS profile gives. */
export type ProfileKind =
  /** A role that assume-role assumes itself. */
  | { readonly kind: "role"; readonly roleArn: string }
  /** A ready-made session, such as that of IAM Identity Center. */
  | {
    readonly kind: "session";
    /** The origin of the session for messages, such as `IAM Identity Center`. */
    readonly maker: string;
    /** The role, if AWS's files name it. */
    readonly roleArn?: string;
    /** The role that a `credential_process` names, if it is assume-role itself. */
    readonly ownRole?: string;
  }
  /** Keys that stand in the file: long-term keys, or those of a session. */
  | { readonly kind: "keys"; readonly isSession: boolean }
  /** Settings such as a region, but no credentials. */
  | { readonly kind: "none" };

/** A profile that yields a session: a name for `--role`. */
export type SessionProfile = Extract<
  ProfileKind,
  { readonly kind: "role" | "session" }
>;

/**
 * Classifies a profile, in the order in which `resolveBase()` looks; `undefined` if
 * the profile does not exist.
 */
export function kindOfProfile(
  name: string,
  profiles: Profiles,
): ProfileKind | undefined {
  const section = profiles.get(name);
  return section && kindOfSection(section);
}

/** A profile of this name that yields a session. */
export function sessionProfile(
  name: string,
  profiles: Profiles,
): SessionProfile | undefined {
  const found = kindOfProfile(name, profiles);
  return found?.kind === "role" || found?.kind === "session"
    ? found
    : undefined;
}

function kindOfSection(section: Section): ProfileKind {
  const { role_arn: roleArn, source_profile, credential_source } = section;
  if (roleArn !== undefined) {
    // The AWS SDK itself asks the metadata of a machine, and assumes the role.
    return !source_profile && /^(?:Ec2|Ecs)/.test(credential_source ?? "")
      ? { kind: "session", maker: credential_source!, roleArn }
      : { kind: "role", roleArn };
  }
  if (section.aws_access_key_id && section.aws_secret_access_key) {
    return { kind: "keys", isSession: Boolean(section.aws_session_token) };
  }
  const command = section.credential_process;
  if (command !== undefined) {
    const ownRole = ownRoleOf(command);
    return {
      kind: "session",
      maker: "credential_process",
      ...(ownRole !== undefined && { ownRole }),
      ...(ownRole?.startsWith("arn:") && { roleArn: ownRole }),
    };
  }
  if (section.sso_account_id || section.sso_role_name) {
    return { kind: "session", maker: "IAM Identity Center" };
  }
  if (section.login_session !== undefined) {
    return { kind: "session", maker: "login_session" };
  }
  return { kind: "none" };
}

/** The role that a command line of assume-role itself names. */
function ownRoleOf(commandLine: string): string | undefined {
  const options = OWN_COMMAND.exec(commandLine)?.groups?.options;
  return options && ROLE_OPTION.exec(options)?.groups?.role;
}
