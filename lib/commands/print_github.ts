import { identityNames } from "../command/identity_names.ts";
import type { Host, Reporter } from "../host.ts";
import type { PrintedSession } from "../output/credentials.ts";
import { formatGithub, refuseProfile } from "../output/github.ts";
import { GithubEnvFile, variableOfStdout } from "../system/github_files.ts";
import { print } from "../system/print.ts";
import { prepareFiles } from "../system/stdout.ts";

/**
 * Gives a session to the later steps of a job of GitHub Actions: appends variables to the
 * file `$GITHUB_ENV`. Before that, prints commands by which the log hides the keys. Messages
 * wait for these commands, so that the log hides the keys in every message.
 *
 * @param load gets the session; called only if the file can be opened
 * @throws {AssumeRoleError} If the file or stdout cannot be written to
 */
export async function printToGithub(
  host: Host,
  reporter: Reporter,
  load: (reporter: Reporter) => Promise<PrintedSession>,
): Promise<void> {
  const { env, isWindows } = host;
  prepareFiles();
  using file = GithubEnvFile.open(env);
  refuseProfile(env);
  using held = holdMessages(reporter);
  const { masks, variables } = formatGithub(
    await load(held.reporter),
    identityNames(env, isWindows),
    env,
    `ghadelimiter_${crypto.randomUUID()}`,
  );
  print(host, masks);
  file.append(variables);
}

/** Creates a reporter that reports nothing before its end. */
function holdMessages(
  { warn, note, explain }: Reporter,
): Disposable & { readonly reporter: Reporter } {
  const held: (() => void)[] = [];
  const hold = (report: (message: string) => void) => (message: string) => {
    held.push(() => report(message));
  };
  return {
    reporter: {
      warn: hold(warn),
      ...(note && { note: hold(note) }),
      explain: hold(explain),
    },
    [Symbol.dispose]: () => held.forEach((report) => report()),
  };
}

/** Warns if stdout is a file of GitHub Actions, because the log then shows the keys. */
export function warnIfUnmasked({ env }: Host, reporter: Reporter): void {
  const name = variableOfStdout(env);
  if (name === undefined) return;
  reporter.warn(
    `The log of GitHub Actions does not hide the credentials in $${name}; use '--format github' instead, without '>>'`,
  );
}
