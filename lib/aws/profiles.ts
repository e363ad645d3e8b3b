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
  return /^(aws_access_key_id|aws_secret_access_key|aws_session_token|aws_security_token|role_arn|source_profile|credential_source|external_id|role_session_name|duration_seconds|mfa_serial|web_identity_token_file|credential_process|login_session|sso_.*)$/
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
  const inConfig = openSections(config);
  const inCredentials = openSections(credentials);
  const get = (name: string): Section | undefined => {
    const first = inCredentials.get(name);
    const second = inConfig.get(`profile ${name}`) ??
      (name === "default" ? inConfig.get("default") : undefined);
    if (first === undefined && second === undefined) return undefined;
    return { ...second, ...first };
  };
  const names = () => {
    const found = new Set(inCredentials.names());
    for (const name of inConfig.names()) {
      if (name === "default") found.add(name);
      if (name.startsWith("profile ")) found.add(name.slice("profile ".length));
    }
    return [...found];
  };
  const section = (kind: string, name: string) =>
    inConfig.get(`${kind} ${name}`);
  return { get, names, section };
}

/** The sections of one file. */
interface Sections {
  readonly get: (name: string) => Section | undefined;
  readonly names: () => readonly string[];
}

/**
 * The sections of one file, each read when it is asked for: some files have
 * thousands, and a run wants few.
 */
export function openSections(text: string): Sections {
  let all: ReadonlyMap<string, Section> | undefined;
  const read = new Map<string, Section | undefined>();
  return {
    get: (name) => {
      if (all === undefined && !read.has(name)) {
        read.set(name, parseSections(sectionText(text, name)).get(name));
      }
      return (all ?? read).get(name);
    },
    names: () => [...(all ??= parseSections(text)).keys()],
  };
}

/** The part of a file that a section of this name is in, header and all. */
function sectionText(text: string, name: string): string {
  // A header may have more white space after the prefix, and quotes.
  const sought = name.slice(name.indexOf(" ") + 1);
  const lineAt = (start: number) => {
    const end = text.indexOf("\n", start);
    return end < 0 ? text.slice(start) : text.slice(start, end + 1);
  };
  let found = "";
  for (
    let at = text.indexOf(sought);
    at >= 0 && at < text.length;
    at = text.indexOf(sought, at)
  ) {
    const start = text.lastIndexOf("\n", at - 1) + 1;
    let line = lineAt(start);
    at = start + line.length;
    if (headerName(line) !== name) continue;
    do {
      found += line;
      line = lineAt(at);
      if (headerName(line) !== undefined) break;
      at += line.length;
    } while (line !== "");
  }
  return found;
}

/**
 * Reads the sections of one file. Quotes around a prefixed name are dropped:
 * `[profile "my dev"]` is `profile my dev`. A section that stands twice is one.
 */
export function parseSections(text: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  let outer: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const name = headerName(line);
    if (name !== undefined) {
      current = sections.get(name) ??
        Object.create(null) as Record<string, string>;
      sections.set(name, current);
      outer = undefined;
      continue;
    }
    const content = contentOf(line);
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

/** The name of the section that a line begins, if it does. */
function headerName(line: string): string | undefined {
  const content = contentOf(line);
  if (!content.startsWith("[") || !content.endsWith("]")) return undefined;
  const header = content.slice(1, -1);
  const prefixed = /^\s*([\w-]+)\s+(["']?)(.+?)\2\s*$/.exec(header);
  return prefixed === null ? header.trim() : `${prefixed[1]} ${prefixed[3]}`;
}

/** A line without its comment and the white space around, a BOM among it. */
function contentOf(line: string): string {
  return line.split(/(?:^|\s)[;#]/)[0]!.trim();
}
