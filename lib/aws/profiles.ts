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

import { SAVED_PROFILE_MARK } from "./saved_profiles.ts";

export type { Section } from "./ini_sections.ts";

/** What `~/.aws/config` and `~/.aws/credentials` hold together. */
export interface Profiles {
  /** A profile's keys, those of the credentials file before those of the config file. */
  readonly get: (name: string) => Section | undefined;
  /**
   * @throws {ConfigError} if the AWS CLI and other SDKs disagree about whose
   * credentials a profile gives
   */
  readonly check: (name: string) => void;
  /**
   * Whether a profile has credentials beside those that assume-role saved. A
   * profile that is saved anew gives the same answer.
   */
  readonly isOfUser: (name: string) => boolean;
  /** The names of all profiles. */
  readonly names: () => readonly string[];
  /** A section of the config file of another kind, such as `sso-session corp`. */
  readonly section: (kind: SectionKind, name: string) => Section | undefined;
}

/** Whether a key of a profile has a part in whose credentials it leads to. */
export function isIdentityKey(key: string): boolean {
  return /^(aws_access_key_id|aws_secret_access_key|aws_session_token|aws_security_token|role_arn|source_profile|credential_source|external_id|role_session_name|duration_seconds|mfa_serial|web_identity_token_file|credential_process|login_session|sso_.*)$/
    .test(key);
}

/** A profile on the way of `source_profile`; it may not be there. */
export interface ChainedProfile {
  readonly name: string;
  readonly section: Section | undefined;
}

/** The profile and those that it leads to, each once, itself first. */
export function sourceProfiles(
  name: string,
  profiles: Profiles,
): readonly ChainedProfile[] {
  const steps = new Map<string, ChainedProfile>();
  for (let next: string | undefined = name; next && !steps.has(next);) {
    const section = profiles.get(next);
    steps.set(next, { name: next, section });
    next = section?.source_profile;
  }
  return [...steps.values()];
}

/** The `sso-session` that a profile names; empty where it names one that is not there. */
export function ssoSession(
  { sso_session }: Section,
  profiles: Profiles,
): Section | undefined {
  return sso_session === undefined
    ? undefined
    : profiles.section("sso-session", sso_session) ?? {};
}

/** The paths of the two files, for errors. */
export interface AwsPaths {
  readonly config: string;
  readonly credentials: string;
}

const USUAL_PATHS: AwsPaths = {
  config: "~/.aws/config",
  credentials: "~/.aws/credentials",
};

/**
 * Reads the two files by the AWS CLI's rules, at the first call of a method. The
 * call throws a {@link ConfigError} if the AWS CLI would refuse a file.
 */
export function parseProfiles(
  config: string,
  credentials: string,
  paths: AwsPaths = USUAL_PATHS,
): Profiles {
  let read: ProfileMaps | undefined;
  const maps = () =>
    read ??= {
      config: mapSubjects(readFile(config, paths.config)),
      credentials: readFile(credentials, paths.credentials),
    };
  const find = (name: string) =>
    [maps().config.profile.get(name), maps().credentials.get(name)]
      .filter((section) => section !== undefined);
  const get = (name: string): Section | undefined => {
    const found = find(name).map(({ section }) => section);
    return found.length === 0 ? undefined : Object.assign({}, ...found);
  };
  return {
    get,
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
        `Cannot use the AWS profile '${name}': the header in line ${line} of ${path} is indented, so for the AWS CLI it belongs to the value above`,
        { hint: `remove the white space at the start of line ${line}` },
      );
    },
    names: () => [
      ...new Set([
        ...maps().credentials.keys(),
        ...maps().config.profile.keys(),
      ]),
    ],
    section: (kind, name) => maps().config[kind].get(name)?.section,
  };
}

/** Whether assume-role writes a key of credentials into the profiles that it saves. */
function isSavedKey(key: string): boolean {
  return /^aws_(?:access_key_id|secret_access_key|session_token)$/.test(key);
}

/** A section, and the indented header that makes its keys doubtful. */
interface FoundSection {
  readonly section: Section;
  readonly problem?: { readonly line: number; readonly path: string };
}

type FoundSections = ReadonlyMap<string, FoundSection>;

interface ProfileMaps {
  readonly config: Readonly<Record<SectionKind, FoundSections>>;
  readonly credentials: FoundSections;
}

/** Sorts the sections of the config file; of two for one profile, the last wins. */
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

function readFile(text: string, path: string): FoundSections {
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
  });
  return new Map([...sections].map(([header, section]) => {
    const line = problems.get(header) ?? problems.get(SHARED_KEYS);
    return [header, {
      section,
      ...(line !== undefined && { problem: { line, path } }),
    }];
  }));
}
