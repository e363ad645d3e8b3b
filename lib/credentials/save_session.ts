import type { RolePlan } from "../plan/plan.ts";
import type { CachedResult } from "../cache/single_flight.ts";
import type { CredentialContext } from "./get_credentials.ts";
import { saveProfile } from "./saved_profile.ts";
import { showWait } from "./wait_notice.ts";

type SavePlan = Pick<RolePlan, "savedProfile" | "cacheDirectory">;

type SaveContext = Pick<CredentialContext, "now" | "reporter" | "later">;

/**
 * Saves credentials as a profile, if the plan names a profile. Warns if the profile
 * cannot be saved, or if the credentials could not be cached. For cached credentials, only
 * `--verbose` shows that the profile cannot be saved, because the run that obtained the
 * credentials has warned. Changes that other programs make to the file at the same time
 * are merged in the background.
 */
export async function saveSession(
  plan: SavePlan,
  { credentials, problem, fromCache }: CachedResult,
  context: SaveContext,
): Promise<void> {
  const { cacheDirectory, savedProfile } = plan;
  const problems: string[] = [];
  if (problem !== undefined) {
    problems.push(
      cacheDirectory === undefined
        ? `Cannot cache the credentials: ${problem}`
        : `Cannot cache the credentials in ${cacheDirectory}: ${problem} (set ASSUME_ROLE_CACHE_DIR to use another directory)`,
    );
  }
  if (savedProfile !== undefined) {
    const problem = await savePlannedProfile(
      savedProfile,
      { credentials, fromCache },
      context,
    );
    if (problem !== undefined) problems.push(problem);
  }
  const { warn, explain } = context.reporter;
  const report = fromCache ? explain : warn;
  if (problems.length > 0) report(problems.join("; "));
}

/**
 * Saves credentials as a profile. Returns a warning if that failed; `undefined` if the
 * profile was saved.
 */
async function savePlannedProfile(
  savedProfile: NonNullable<SavePlan["savedProfile"]>,
  result: CachedResult,
  { now, reporter, later }: SaveContext,
): Promise<string | undefined> {
  const { name, file } = savedProfile;
  const onWait = () =>
    showWait(
      `waiting for another assume-role, which writes ${file}`,
      reporter,
      "terminal and log",
    );
  const { promise: saved, resolve } = Promise.withResolvers<undefined>();
  const onSaved = () => resolve(undefined);
  const events = { onWait, onSaved };
  const saving = saveProfile(savedProfile, result, now(), events)
    .then(({ notSaved, lostChange }) =>
      notSaved !== undefined
        ? `Cannot save the profile '${name}' in ${file}: ${notSaved}`
        : lostChange !== undefined
        ? `Cannot keep the changes that another program made to ${file} at the same time: ${lostChange}`
        : undefined
    );
  const problem = await Promise.race([saving, saved]);
  if (problem === undefined) {
    later(saving.then((late) => {
      if (late !== undefined) reporter.warn(late);
    }));
  }
  return problem;
}
