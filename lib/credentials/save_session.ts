import type { RolePlan } from "../plan/plan.ts";
import type { CachedResult } from "../cache/single_flight.ts";
import type { CredentialContext } from "./get_credentials.ts";
import { saveProfile } from "./saved_profile.ts";

type SavePlan = Pick<RolePlan, "savedProfile" | "cacheDirectory">;

/**
 * Saves fresh credentials as a profile, if the plan names a profile. Warns if the
 * profile cannot be saved, or if the credentials could not be cached.
 */
export async function saveSession(
  plan: SavePlan,
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
        `Waiting for another assume-role that is writing ${file}`,
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
        `Cannot keep the changes that another program made to ${file} at the same time: ${lostChange}`,
      );
    }
  }
  if (problems.length > 0) reporter.warn(problems.join("; "));
}

function inDirectory({ cacheDirectory }: SavePlan): string {
  return cacheDirectory === undefined ? "" : ` in ${cacheDirectory}`;
}
