import type { RolePlan } from "../plan/plan.ts";
import type { CachedResult } from "../cache/single_flight.ts";
import type { CredentialContext } from "./get_credentials.ts";
import { reasonOf } from "../system/os_error.ts";
import { saveProfile } from "./profile.ts";

/** What of a plan says where credentials are kept. */
type Kept = Pick<RolePlan, "savedProfile" | "cacheDirectory">;

/**
 * Keeps fresh credentials as a profile, where the plan has one; what could not
 * be kept, or cached before, is told in a warning.
 */
export async function saveSession(
  plan: Kept,
  { credentials, problem }: CachedResult,
  { now, reporter, later }: Pick<
    CredentialContext,
    "now" | "reporter" | "later"
  >,
): Promise<void> {
  const problems: string[] = [];
  if (problem !== undefined) {
    problems.push(
      `Cannot cache the credentials${inDirectory(plan)}: ${problem}`,
    );
  }
  const { savedProfile } = plan;
  if (savedProfile !== undefined) {
    const { name, file } = savedProfile;
    const onWait = () =>
      reporter.warn(
        `Waiting for another assume-role, which is writing ${file}`,
      );
    const saved = await saveProfile(savedProfile, credentials, now(), onWait);
    const told = (reason: string) =>
      `Cannot save the profile '${name}' in ${file}: ${reason}`;
    if (saved.reason !== undefined) problems.push(told(saved.reason));
    later(
      saved.settled.then((reason) => {
        if (reason !== undefined) reporter.warn(told(reason));
      }, (error) => {
        const reason = reasonOf(error);
        reporter.warn(
          `Cannot keep what another program wrote into ${file} meanwhile: ${reason}`,
        );
      }),
    );
  }
  if (problems.length > 0) reporter.warn(problems.join("; "));
}

function inDirectory({ cacheDirectory }: Kept): string {
  return cacheDirectory === undefined ? "" : ` in ${cacheDirectory}`;
}
