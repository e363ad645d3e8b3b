// Pure: no I/O.
import { providerOf } from "../aws/profile_provider.ts";
import type { Profiles, Section } from "../aws/profiles.ts";

/** Matches the command line of a `credential_process` that runs assume-role. */
const OWN_COMMAND =
  /^\s*["']?(?:[^"'\s]*[\\/])?assume-role(?:\.exe)?["']?\s(?<options>.*)$/s;
/** Matches the option `-r` or `--role` in the command line of assume-role. */
const ROLE_OPTION = /(?:^|\s)(?:-r[\s=]*|--role[\s=]\s*)["']?(?<role>[^\s"']+)/;

/** Kind of credentials that an AWS profile gives. */
export type ProfileKind =
  /** Role that assume-role assumes. */
  | { readonly kind: "role"; readonly roleArn: string }
  /**
   * Ready-made session: temporary credentials that a provider such as IAM Identity Center
   * or `credential_process` issues, so that assume-role assumes no role.
   */
  | {
    readonly kind: "session";
    /** Name of the provider that issues the session, such as `IAM Identity Center`. */
    readonly provider: string;
    /** ARN of the role, if AWS's files name the role. */
    readonly roleArn?: string;
    /**
     * Role that the `credential_process` asks for, if its program is assume-role and gets no
     * option that could lead to another session, such as `--profile`.
     */
    readonly ownRole?: string;
  }
  /** Access keys in AWS's files: long-term keys or, if `isSession`, temporary keys. */
  | { readonly kind: "keys"; readonly isSession: boolean }
  /** Settings such as a region, but no credentials. */
  | { readonly kind: "none" };

/** Profile that yields a session, so that `--role` accepts the profile's name. */
export type SessionProfile = Extract<
  ProfileKind,
  { readonly kind: "role" | "session" }
>;

/**
 * Decides the kind of a profile by the credential provider that the AWS CLI would use.
 * Returns `undefined` if the profile does not exist.
 */
export function kindOfProfile(
  name: string,
  profiles: Profiles,
): ProfileKind | undefined {
  const section = profiles.get(name);
  return section && kindByProvider(section, name, profiles);
}

/** Decides the kind of a profile; returns `undefined` unless the profile yields a session. */
export function sessionProfile(
  name: string,
  profiles: Profiles,
): SessionProfile | undefined {
  const found = kindOfProfile(name, profiles);
  return found?.kind === "role" || found?.kind === "session"
    ? found
    : undefined;
}

function kindByProvider(
  section: Section,
  name: string,
  profiles: Profiles,
): ProfileKind {
  const provider = providerOf(name, profiles);
  const { role_arn: roleArn, credential_process: command = "" } = section;
  switch (provider) {
    case "role":
    case "web-identity":
    case "token-process":
      return roleArn ? { kind: "role", roleArn } : { kind: "none" };
    case "sso":
      return { kind: "session", provider: "IAM Identity Center" };
    case "login":
      return { kind: "session", provider: "login_session" };
    case "process": {
      const { role, isPlain } = parseOwnCommand(command);
      return {
        kind: "session",
        provider: "credential_process",
        ...(isPlain && role !== undefined && { ownRole: role }),
        ...(role?.startsWith("arn:") && { roleArn: role }),
      };
    }
    case "credentials":
    case "config":
      return kindOfKeys(profiles.files(name)[provider]!.section);
    case undefined:
      return { kind: "none" };
  }
}

function kindOfKeys(section: Section): ProfileKind {
  return section.aws_access_key_id && section.aws_secret_access_key
    ? {
      kind: "keys",
      isSession: Boolean(
        section.aws_security_token ?? section.aws_session_token,
      ),
    }
    : { kind: "none" };
}

/**
 * Finds the role in a command line that runs assume-role. `isPlain` is `true` if the
 * other options do not change the session.
 */
function parseOwnCommand(
  commandLine: string,
): { readonly role?: string; readonly isPlain: boolean } {
  const options = OWN_COMMAND.exec(commandLine)?.groups?.options ?? "";
  const role = ROLE_OPTION.exec(options)?.groups?.role;
  const others = options.replace(ROLE_OPTION, " ").replace(/["']/g, "").trim();
  const isPlain = others.split(/\s+/).every((word) =>
    /^(?:|--format|--format=\S+|process|-q|--quiet|--no-input)$/.test(word)
  );
  return { isPlain, ...(role !== undefined && { role }) };
}
