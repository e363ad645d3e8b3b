/** The files of a test's home, and what must hold for them after a kill or an error. */
import { assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { readWhole } from "../../lib/system/files.ts";
import type { FakeAws, TestHome } from "../mod.ts";
import { shown } from "./strace.ts";

/** The files below the root of a home: content, mode and owner by path. */
export type State = ReadonlyMap<string, string>;

/** The files of a home. */
export interface Files {
  readonly state: State;
  /** Files that assume-role left behind, without the random parts of their names. */
  readonly leftovers: readonly string[];
}

/** Directories of the home whose files are compared. */
const DIRECTORIES = ["home", "project", "tmp"];
/** Names of files that are useful only during a run. */
const LEFTOVER =
  /(?:\/\.assume-role-[0-9a-f]{8}\.tmp|\.lock|\/(?:token|page)-[0-9a-f]{8}|\/(?:copy|changed)-[0-9a-f]{8}\.\w+)$|^tmp\//;

/**
 * Reads the files of a home. In the contents, sessions and times have placeholders, so that
 * two runs with the same result have the same state. Asserts that each session is one that
 * AWS has issued, and that only the user can read what has secrets.
 */
export function readFiles(aws: FakeAws, home: TestHome): Files {
  const state = new Map<string, string>();
  const leftovers: string[] = [];
  for (const path of DIRECTORIES.flatMap((name) => list(home.root, name))) {
    const file = read(join(home.root, path));
    // Another process can remove or rename a file meanwhile.
    if (file === undefined) continue;
    const { text, mode, uid, gid } = file;
    if (LEFTOVER.test(path)) {
      leftovers.push(shown(path));
      if (!path.startsWith("project/")) assertEquals(mode & 0o007, 0, path);
    } else {
      checkSessions(aws, path, text);
      const rights = `${mode.toString(8)} ${uid} ${gid}`;
      state.set(nameOf(path), `${rights}\n${mask(text)}`);
    }
  }
  return { state, leftovers: leftovers.sort() };
}

/** Returns a state without the modes and owners. */
export function withoutRights(state: State): State {
  return new Map(
    [...state].map(([path, text]) => [path, text.replace(/^.*\n/, "")]),
  );
}

/**
 * Asserts that each file has its content from one of several states: no file is torn, lost,
 * or new in another way.
 */
export function assertWhole(found: State, states: readonly State[]): void {
  const paths = new Set(states.flatMap((state) => [...state.keys()]));
  for (const path of new Set([...paths, ...found.keys()])) {
    const allowed = states.map((state) => state.get(path));
    const text = found.get(path);
    if (allowed.includes(text)) continue;
    assertEquals(text, allowed[0], `torn or lost: ${path}`);
  }
}

function list(root: string, directory: string): readonly string[] {
  try {
    return [...Deno.readDirSync(join(root, directory))].flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory ? list(root, path) : [path];
    });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Reads a file and its rights; returns `undefined` if the file is missing. */
function read(path: string) {
  try {
    using file = Deno.openSync(path);
    const { mode, uid, gid } = file.statSync();
    const text = new TextDecoder().decode(readWhole(file));
    return { text, mode: mode! & 0o7777, uid, gid };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Returns a path, without the hash of an identity that is new in each run. */
function nameOf(path: string): string {
  return path.includes("/caller-") ? shown(path) : path;
}

/** Asserts that a file has only whole sessions that AWS has issued. */
function checkSessions(aws: FakeAws, path: string, text: string): void {
  if (path.endsWith(".json") && path.includes("/assume-role/")) {
    const { value } = JSON.parse(text);
    if (typeof value.accessKeyId !== "string") return;
    const session = aws.sessionOf(value.accessKeyId);
    assertEquals(
      [value.secretAccessKey, value.sessionToken, value.expiration],
      [session?.secretAccessKey, session?.sessionToken, session?.expiration],
      path,
    );
    return;
  }
  const [, id = "", secret, token] = PROFILE.exec(text) ?? [];
  if (id === "") return;
  const session = aws.sessionOf(id);
  assertEquals(
    [secret, token],
    [session?.secretAccessKey, session?.sessionToken],
    path,
  );
}

/** The lines of a saved profile. */
const PROFILE =
  /^aws_access_key_id = (ASIA\w+)\r?\naws_secret_access_key = (\S+)\r?\naws_session_token = (\S+)\r?\n(?:region = \S+\r?\n)?x_security_token_expires = \S+Z\r?\nx_assume_role_arn = \S+\r?\n/m;

/** Replaces everything that differs from run to run, or before the end of a run. */
function mask(text: string): string {
  return text
    .replace(
      PROFILE,
      (lines) => lines.replace(/(aws\w*|\w*expires) = \S+/g, "$1 = X"),
    )
    .replace(
      /"(accessKeyId|secretAccessKey|sessionToken|expiration|obtainedAt|usedAt|sha256|clockOffset|accessToken|refreshToken|expiresAt)": *("[^"]*"|-?\d+)/g,
      '"$1": X',
    )
    .replace(/"(stamps|sessions|mfaRoles)": \[[^\]]*\]/g, '"$1": X')
    // A run saves this entry twice: without and with the device.
    .replace(/,?\n *"mfaSerial": "[^"]*"/, "")
    .replace(/"key": "[0-9a-f]{64}"/, '"key": X');
}
