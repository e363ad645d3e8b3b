import type { RolePlan } from "../plan/plan.ts";
import type { CachedResult } from "../cache/single_flight.ts";
import type { CredentialContext } from "./get_credentials.ts";
import { saveProfile } from "./profile.ts";

/** What of a plan says where credentials are kept. */
type Kept = Pick<RolePlan, "savedProfile" | "cacheDirectory">;

/**
 * Saves fresh credentials as a profile, if the plan has one. A failure, also an
 * earlier one to cache the credentials, only produces a warning.
 */
export async function saveSession(
  plan: Kept,
  { credentials, problem }: CachedResult,
  { now, reporter }: Pick<CredentialContext, "now" | "reporter">,
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
    const { notSaved, lostChange } = await saveProfile(
      savedProfile,
      credentials,
      now(),
      onWait,
    );
    if (notSaved !== undefined) {
      problems.push(
        `Cannot save the profile '${name}' in ${file}: ${notSaved}`,
      );
    }
    if (lostChange !== undefined) {
      problems.push(
        `Cannot keep what another program wrote into ${file} at the same time: ${lostChange}`,
      );
    }
  }
  if (problems.length > 0) reporter.warn(problems.join("; "));
}

function inDirectory({ cacheDirectory }: Kept): string {
  return cacheDirectory === undefined ? "" : ` in ${cacheDirectory}`;
}
