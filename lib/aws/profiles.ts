// Pure: no I/O.

/** The keys and values of one section; a nested key is `outer.inner`. */
export type Section = Readonly<Record<string, string>>;

/** What `~/.aws/config` and `~/.aws/credentials` hold together. */
export interface Profiles {
  /** A profile's keys, those of the credentials file before those of the config file. */
  readonly get: (name: string) => Section | undefined;
  /** The names of all profiles. */
  readonly names: () => readonly string[];
  /** A section of the config file of another kind, such as `sso-session corp`. */
  readonly section: (kind: string, name: string) => Section | undefined;
}

/** Whether a key of a profile has a part in whose credentials it leads to. */
export function isIdentityKey(key: string): boolean {
  return /^(aws_access_key_id|aws_secret_access_key|aws_session_token|role_arn|source_profile|credential_source|external_id|role_session_name|duration_seconds|mfa_serial|web_identity_token_file|credential_process|login_session|sso_.*)$/
    .test(key);
}

/** A profile on the way of `source_profile`; it may not be there. */
export interface TrailStep {
  readonly name: string;
  readonly section: Section | undefined;
}

/** The profile and those that it leads to, each once, itself first. */
export function profileTrail(
  name: string,
  profiles: Profiles,
): readonly TrailStep[] {
  const steps = new Map<string, TrailStep>();
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

/** Reads the two files by the rules of AWS's SDK for JavaScript. */
export function parseProfiles(config: string, credentials: string): Profiles {
  const configSections = parseSections(config);
  const credentialsSections = parseSections(credentials);
  const get = (name: string): Section | undefined => {
    const inConfig = configSections.get(`profile ${name}`) ??
      (name === "default" ? configSections.get("default") : undefined);
    const inCredentials = credentialsSections.get(name);
    if (inConfig === undefined && inCredentials === undefined) return undefined;
    return { ...inConfig, ...inCredentials };
  };
  const names = () => {
    const found = new Set(credentialsSections.keys());
    for (const name of configSections.keys()) {
      if (name === "default") found.add(name);
      if (name.startsWith("profile ")) found.add(name.slice("profile ".length));
    }
    return [...found];
  };
  const section = (kind: string, name: string) =>
    configSections.get(`${kind} ${name}`);
  return { get, names, section };
}

/**
 * Reads the sections of one file. Quotes around a prefixed name are dropped:
 * `[profile "my dev"]` is `profile my dev`. A section that stands twice is one.
 */
export function parseSections(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  let outer: string | undefined;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    const content = line.split(/(?:^|\s)[;#]/)[0]!.trim();
    if (content.startsWith("[") && content.endsWith("]")) {
      const name = sectionName(content.slice(1, -1));
      current = sections.get(name) ??
        Object.create(null) as Record<string, string>;
      sections.set(name, current);
      outer = undefined;
      continue;
    }
    const equals = content.indexOf("=");
    if (current === undefined || equals <= 0) continue;
    const key = content.slice(0, equals).trim();
    const value = content.slice(equals + 1).trim();
    const indented = /^\s/.test(line);
    if (value === "") {
      outer = key;
      continue;
    }
    if (!indented) outer = undefined;
    current[outer === undefined ? key : `${outer}.${key}`] = value;
  }
  return sections;
}

function sectionName(header: string): string {
  const prefixed = /^\s*([\w-]+)\s+(["']?)(.+?)\2\s*$/.exec(header);
  return prefixed === null ? header.trim() : `${prefixed[1]} ${prefixed[3]}`;
}
