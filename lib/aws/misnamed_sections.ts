// Pure: no I/O.
import { parseSubject, type Section } from "./ini_sections.ts";

/**
 * A section whose header has the wrong form for its file: `[profile dev]` in
 * `~/.aws/credentials`, or `[dev]` in `~/.aws/config`.
 */
export interface Misnamed {
  /** The name of the profile that the user probably meant. */
  readonly name: string;
  readonly reason: string;
  readonly hint: string;
}

/** Lists the sections of `~/.aws/credentials` whose headers have the word `profile`. */
export function listMisnamedInCredentials(
  headers: Iterable<string>,
  { credentials: path }: { readonly credentials: string },
): readonly Misnamed[] {
  return Array.from(headers).flatMap((header) => {
    const name = /^profile\s/.test(header)
      ? parseSubject(header)?.name
      : undefined;
    return name === undefined ? [] : [{
      name,
      reason:
        `the header [${header}] in ${path} must not have the word 'profile'`,
      hint: `write the header as [${name}]`,
    }];
  });
}

/**
 * Lists the sections of `~/.aws/config` that have keys of a profile, but no `profile` in
 * their headers.
 *
 * @param sections the sections that the AWS CLI ignores because of their headers
 */
export function listMisnamedInConfig(
  sections: ReadonlyMap<string, { readonly section: Section }>,
  { config: path }: { readonly config: string },
): readonly Misnamed[] {
  return [...sections].flatMap(([name, { section }]) => {
    if (!Object.keys(section).some(isProfileKey)) return [];
    const quoted = /^[\w.@+-]+$/.test(name) ? name : `"${name}"`;
    return [{
      name,
      reason: `the header [${name}] in ${path} lacks the word 'profile'`,
      hint: `write the header as [profile ${quoted}]`,
    }];
  });
}

/** Whether a key belongs to profiles, and not to other sections such as `[plugins]`. */
function isProfileKey(key: string): boolean {
  return /^(?:aws_|role_|source_profile|credential_|web_identity_|login_session|sso_|region|output)/
    .test(key);
}
