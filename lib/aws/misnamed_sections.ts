// Pure: no I/O.
import { parseSubject, type Section } from "./ini_sections.ts";

/** A section whose header is written as in the other file. */
export interface Misnamed {
  /** Name of the profile that the user probably meant. */
  readonly name: string;
  readonly reason: string;
  readonly hint: string;
}

/** Lists the headers of `~/.aws/credentials` with the word `profile`. */
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

/** Lists the sections of `~/.aws/config` that have a profile's keys, but no kind. */
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

/** Whether a key is one of a profile and not of an unknown section such as `plugins`. */
function isProfileKey(key: string): boolean {
  return /^(?:aws_|role_|source_profile|credential_|web_identity_|login_session|sso_|region|output)/
    .test(key);
}
