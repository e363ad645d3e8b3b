// Pure: no I/O.
import { ConfigError } from "../errors.ts";
import {
  listMisnamedInConfig,
  listMisnamedInCredentials,
  type Misnamed,
} from "./misnamed_sections.ts";
import { BOM } from "./ini_lines.ts";
import { type Problem, problemError } from "./profile_problem.ts";
import {
  type Doubt,
  mergeSections,
  parseSections,
  parseSubject,
  type ProfileFiles,
  type ProfilePart,
  type Section,
  type SectionKind,
  SHARED_KEYS,
} from "./ini_sections.ts";

export type { ProfileFiles, Section } from "./ini_sections.ts";

/** The merged sections of `~/.aws/config` and `~/.aws/credentials`. */
export interface Profiles {
  /** Returns a profile's values. The credentials file takes precedence over the config file. */
  readonly get: (name: string) => Section | undefined;
  /** Returns a profile's values in each of the two files. */
  readonly files: (name: string) => ProfileFiles;
  /**
   * Checks that the AWS CLI and the SDKs find the same credentials in a profile.
   *
   * @throws {ConfigError} If the AWS CLI and the SDKs read a line of the profile differently,
   * or a line of the `sso-session` or `services` section that the profile names.
   */
  readonly check: (name: string) => void;
  /**
   * As `files`, for a profile in which a session is to be saved. Such a profile does not
   * affect the base credentials.
   */
  readonly filesToSave: (name: string) => ProfileFiles;
  /** Returns the names of all profiles. */
  readonly names: () => readonly string[];
  /**
   * Lists the sections that look like profiles, but that the AWS CLI does not find: their
   * headers are `[dev]` in `~/.aws/config`, or `[profile dev]` in `~/.aws/credentials`.
   */
  readonly misnamed: () => readonly Misnamed[];
  /** Returns a section of the config file, such as `sso-session corp`. */
  readonly section: (kind: SectionKind, name: string) => Section | undefined;
  /** Returns the name of the profile that a value of {@linkcode get} stands in. */
  readonly ownerOf: (name: string, key: string) => string;
  /**
   * Checks that only the user and root can write to the config file, so that programs
   * that the file names may be run.
   *
   * @throws {ConfigError} If another user can write to the file, or the file has changed.
   */
  readonly checkTrust: () => Promise<void>;
}

/** Whether a key is an "identity key", which determines whose credentials a profile gives. */
export function isIdentityKey(key: string): boolean {
  return /^(aws_access_key_id|aws_secret_access_key|aws_session_token|aws_security_token|role_arn|source_profile|include_profile|credential_source|external_id|role_session_name|duration_seconds|mfa_serial|web_identity_token_file|web_identity_token_process|credential_process|login_session|sso_.*)$/
    .test(key);
}

/** A profile in a chain of `source_profile`; a missing profile has no `section`. */
export interface ChainedProfile {
  readonly name: string;
  readonly section: Section | undefined;
}

/** Returns the profiles in the chain of `source_profile` from the given profile, each once. */
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

/** The paths of AWS's two files, as error messages show the paths. */
export interface AwsPaths {
  readonly config: string;
  readonly credentials: string;
  /** Throws a {@link ConfigError} if the bytes of a file are not UTF-8. */
  readonly checkEncoding?: (path: string) => void;
  /** See {@linkcode Profiles.checkTrust}; no check if absent. */
  readonly checkTrust?: () => Promise<void>;
}

const USUAL_PATHS: AwsPaths = {
  config: "~/.aws/config",
  credentials: "~/.aws/credentials",
};

/**
 * Creates the profiles from the texts of AWS's two files. The first call of a method parses
 * the texts by the AWS CLI's rules, and throws a {@link ConfigError} if the AWS CLI would
 * refuse a file.
 */
export function parseProfiles(
  config: string,
  credentials: string,
  paths: AwsPaths = USUAL_PATHS,
): Profiles {
  let parsed: ProfileMaps | undefined;
  const maps = () =>
    parsed ??= {
      config: mapSubjects(parseFile(config, paths.config, paths)),
      credentials: parseFile(credentials, paths.credentials, paths),
    };
  const find = (name: string) =>
    [maps().config.profile.get(name), maps().credentials.get(name)]
      .filter((section) => section !== undefined);
  const get = (name: string): Section | undefined => {
    const [first, second] = find(name).map(({ section }) => section);
    return first && second ? mergeSections(first, second) : first;
  };
  const files = (name: string): ProfileFiles => ({
    config: maps().config.profile.get(name),
    credentials: maps().credentials.get(name),
  });
  return {
    get,
    files,
    filesToSave: files,
    check: (name) => {
      const { sso_session, services } = get(name) ?? {};
      const { config } = maps();
      const sections = [
        ...find(name),
        config["sso-session"].get(sso_session ?? ""),
        config.services.get(services ?? ""),
      ];
      const problem = sections.find((found) => found?.problem)?.problem;
      if (problem !== undefined) throw problemError(name, problem);
    },
    misnamed: () => [
      ...listMisnamedInCredentials(maps().credentials.keys(), paths),
      ...listMisnamedInConfig(maps().config.other, paths),
    ],
    names: () => [
      ...new Set([
        ...maps().credentials.keys(),
        ...maps().config.profile.keys(),
      ]),
    ],
    section: (kind, name) => maps().config[kind].get(name)?.section,
    ownerOf: (name) => name,
    checkTrust: paths.checkTrust ?? (() => Promise.resolve()),
  };
}

/** A section, and the section's first line that the AWS CLI and the SDKs read differently. */
interface FoundSection extends ProfilePart {
  readonly problem?: Problem;
}

type FoundSections = ReadonlyMap<string, FoundSection>;

interface ProfileMaps {
  readonly config: Readonly<Record<SectionKind | "other", FoundSections>>;
  readonly credentials: FoundSections;
}

/**
 * Groups the config file's sections by kind. If two sections of a kind define the same name,
 * as `[profile dev]` and `[profile "dev"]`, the last section is used.
 */
function mapSubjects(sections: FoundSections): ProfileMaps["config"] {
  const maps = {
    "profile": new Map<string, FoundSection>(),
    "sso-session": new Map<string, FoundSection>(),
    "services": new Map<string, FoundSection>(),
    "other": new Map<string, FoundSection>(),
  };
  for (const [header, section] of sections) {
    const subject = parseSubject(header);
    if (subject === undefined) maps.other.set(header, section);
    else maps[subject.kind].set(subject.name, section);
  }
  return maps;
}

function parseFile(
  text: string,
  path: string,
  { checkEncoding }: AwsPaths,
): FoundSections {
  // A U+FFFD stands for bytes that are not UTF-8, or comes from the file itself: let
  // `checkEncoding()` check the bytes.
  if (/[\0\uFFFD]/.test(text)) checkEncoding?.(path);
  if (text.startsWith(BOM)) {
    throw new ConfigError(
      `Cannot read ${path}: the file starts with a byte order mark`,
      { hint: "save the file as UTF-8 without a byte order mark (BOM)" },
    );
  }
  const doubts = new Map<string, Doubt>();
  const sections = parseSections(text, {
    onUnreadable: (line) => {
      throw new ConfigError(
        `Cannot read ${path}: line ${line} is neither a section nor a key with a value`,
        { hint: `correct line ${line}; the AWS CLI refuses the file, too` },
      );
    },
    onDoubt: (header, doubt) => doubts.has(header) || doubts.set(header, doubt),
  });
  return new Map([...sections].map(([header, section]) => {
    const doubt = doubts.get(header) ?? doubts.get(SHARED_KEYS);
    return [header, {
      section,
      path,
      ...(doubt && { problem: { ...doubt, path } }),
    }];
  }));
}
