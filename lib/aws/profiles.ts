// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import { BOM } from "./ini_lines.ts";
import {
  parseSections,
  parseSubject,
  type Section,
  type SectionKind,
  SHARED_KEYS,
} from "./ini_sections.ts";

import { SAVED_PROFILE_MARK } from "./separate_saved_profiles.ts";

export type { Section } from "./ini_sections.ts";

/** The merged sections of `~/.aws/config` and `~/.aws/credentials`. */
export interface Profiles {
  /** Returns a profile's keys; the credentials file overrides the config file. */
  readonly get: (name: string) => Section | undefined;
  /** Returns a profile's part of each file, with the keys that have an empty value. */
  readonly files: (name: string) => ProfileFiles;
  /**
   * Checks that the AWS CLI and the SDKs find the same credentials in a profile.
   *
   * @throws {ConfigError} If the profile has an indented header, which the AWS CLI
   * and the SDKs read differently.
   */
  readonly check: (name: string) => void;
  /**
   * Whether a profile has keys for credentials that assume-role did not save. The
   * answer does not change when assume-role saves the profile again.
   */
  readonly isOfUser: (name: string) => boolean;
  /** Returns the names of all profiles. */
  readonly names: () => readonly string[];
  /** Returns a section of the config file, such as `sso-session corp`. */
  readonly section: (kind: SectionKind, name: string) => Section | undefined;
}

/** A profile's part of one file, and the path of the file. */
export interface ProfilePart {
  readonly path: string;
  readonly section: Section;
}

/** A profile's part of each of AWS's two files; absent if the file lacks the profile. */
export interface ProfileFiles {
  readonly config?: ProfilePart;
  readonly credentials?: ProfilePart;
}

/** Whether a key of a profile is an identity key: one that decides the credentials. */
export function isIdentityKey(key: string): boolean {
  return /^(aws_access_key_id|aws_secret_access_key|aws_session_token|aws_security_token|role_arn|source_profile|credential_source|external_id|role_session_name|duration_seconds|mfa_serial|web_identity_token_file|credential_process|login_session|sso_.*)$/
    .test(key);
}

/** A profile in a chain of `source_profile`; `section` is unset if no such profile exists. */
export interface ChainedProfile {
  readonly name: string;
  readonly section: Section | undefined;
}

/** Returns a profile and the profiles that `source_profile` leads to, each once. */
export function sourceProfiles(
  name: string,
  profiles: Profiles,
): readonly ChainedProfile[] {
  const chain = new Map<string, ChainedProfile>();
  for (let next: string | undefined = name; next && !chain.has(next);) {
    const section = profiles.get(next);
    chain.set(next, { name: next, section });
    next = section?.source_profile;
  }
  return [...chain.values()];
}

/**
 * Returns the `sso-session` section that a profile names; an empty section if the
 * section does not exist, `undefined` if the profile has no key `sso_session`.
 */
export function ssoSession(
  { sso_session }: Section,
  profiles: Profiles,
): Section | undefined {
  return sso_session === undefined
    ? undefined
    : profiles.section("sso-session", sso_session) ?? {};
}

/** The paths of the two files, as shown in errors. */
export interface AwsPaths {
  readonly config: string;
  readonly credentials: string;
}

const USUAL_PATHS: AwsPaths = {
  config: "~/.aws/config",
  credentials: "~/.aws/credentials",
};

/**
 * Creates the profiles of the two files. The files are parsed by the AWS CLI's rules
 * when a method is called for the first time. The first call throws a
 * {@link ConfigError} if the AWS CLI would refuse a file.
 */
export function parseProfiles(
  config: string,
  credentials: string,
  paths: AwsPaths = USUAL_PATHS,
): Profiles {
  let parsed: ProfileMaps | undefined;
  const maps = () =>
    parsed ??= {
      config: mapSubjects(parseFile(config, paths.config)),
      credentials: parseFile(credentials, paths.credentials),
    };
  const find = (name: string) =>
    [maps().config.profile.get(name), maps().credentials.get(name)]
      .filter((section) => section !== undefined);
  const get = (name: string): Section | undefined => {
    const found = find(name).map(({ section }) => section);
    return found.length === 0 ? undefined : withoutEmpty(...found);
  };
  return {
    get,
    files: (name) => {
      const config = maps().config.profile.get(name)?.section;
      const section = maps().credentials.get(name)?.section;
      return {
        ...(config && { config: { path: paths.config, section: config } }),
        ...(section && { credentials: { path: paths.credentials, section } }),
      };
    },
    isOfUser: (name) => {
      const section = get(name) ?? {};
      const isSaved = section[SAVED_PROFILE_MARK] !== undefined;
      return Object.keys(section).some((key) =>
        isIdentityKey(key) && !(isSaved && isSavedKey(key))
      );
    },
    check: (name) => {
      const problem = find(name).find(({ problem }) => problem)?.problem;
      if (problem === undefined) return;
      const { line, path } = problem;
      throw new ConfigError(
        `Cannot use the AWS profile '${name}': the header in line ${line} of ${path} is indented, so the AWS CLI reads the header as part of the value above`,
        { hint: `remove the white space at the start of line ${line}` },
      );
    },
    names: () => [
      ...new Set([
        ...maps().credentials.keys(),
        ...maps().config.profile.keys(),
      ]),
    ],
    section: (kind, name) => {
      const section = maps().config[kind].get(name)?.section;
      return section && withoutEmpty(section);
    },
  };
}

/** Merges sections, of which the last takes precedence, and removes empty values. */
function withoutEmpty(...sections: readonly Section[]): Section {
  const merged: Record<string, string> = Object.assign({}, ...sections);
  for (const key in merged) if (merged[key] === "") delete merged[key];
  return merged;
}

/** Whether an identity key is one that assume-role writes into saved profiles. */
function isSavedKey(key: string): boolean {
  return /^aws_(?:access_key_id|secret_access_key|session_token)$/.test(key);
}

/** A section, and its indented header that the AWS CLI and the SDKs read differently. */
interface FoundSection {
  readonly section: Section;
  readonly problem?: { readonly line: number; readonly path: string };
}

type FoundSections = ReadonlyMap<string, FoundSection>;

interface ProfileMaps {
  readonly config: Readonly<Record<SectionKind, FoundSections>>;
  readonly credentials: FoundSections;
}

/** Groups the config file's sections by kind; the last section of a name counts. */
function mapSubjects(sections: FoundSections): ProfileMaps["config"] {
  const maps = {
    "profile": new Map<string, FoundSection>(),
    "sso-session": new Map<string, FoundSection>(),
    "services": new Map<string, FoundSection>(),
  };
  for (const [header, section] of sections) {
    const subject = parseSubject(header);
    if (subject !== undefined) maps[subject.kind].set(subject.name, section);
  }
  return maps;
}

function parseFile(text: string, path: string): FoundSections {
  if (text.startsWith(BOM)) {
    throw new ConfigError(
      `Cannot read ${path}: the file starts with a byte order mark`,
      { hint: "save the file as UTF-8 without a byte order mark (BOM)" },
    );
  }
  const problems = new Map<string, number>();
  const sections = parseSections(text, {
    onUnreadable: (line) => {
      throw new ConfigError(
        `Cannot read ${path}: line ${line} is neither a section nor a key with a value`,
        { hint: `correct line ${line}; the AWS CLI refuses the file, too` },
      );
    },
    onIndentedHeader: (header, line) => problems.set(header, line),
    keepsEmpty: true,
  });
  return new Map([...sections].map(([header, section]) => {
    const line = problems.get(header) ?? problems.get(SHARED_KEYS);
    return [header, {
      section,
      ...(line !== undefined && { problem: { line, path } }),
    }];
  }));
}
