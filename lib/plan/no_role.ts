// Pure: no I/O.
import { UsageError } from "../errors.ts";
import {
  listCachedNames,
  listRoleNames,
  lookUpIfUsable,
  type LookUpInput,
} from "./look_up_role.ts";
import { formatOption } from "../settings/option_text.ts";
import { SettingResolver } from "./setting_resolver.ts";

/** The settings, the profiles and the variables of a run. */
type NoRoleInput = LookUpInput & {
  readonly env: Readonly<Record<string, string>>;
};

/** The number of known roles that the error names. */
const MOST_NAMES = 3;

/** The error for a run for which no option, no variable and no file names a role. */
export class NoRoleError extends UsageError {
  override name = "UsageError";

  /** @param reason the reason why assume-role cannot ask for the role, if there is one */
  constructor(input: NoRoleInput, reason?: string) {
    super(`No role given${reason === undefined ? "" : `: ${reason}`}`, {
      hint: formatWays(input),
    });
  }
}

function formatWays(input: NoRoleInput): string {
  const { AWS_PROFILE } = input.env;
  if (AWS_PROFILE) {
    return `use '--role NAME'; for the profile of AWS_PROFILE, use '${
      formatOption("profile", AWS_PROFILE)
    }'`;
  }
  const configured = listRoleNames(input).map(({ name }) => name)
    .filter((name) => lookUpIfUsable(name, input) !== undefined);
  const known = [...new Set([...configured, ...listCachedNames(input)])];
  const more = known.length - MOST_NAMES;
  if (known.length > 0) {
    return `use '--role NAME' or set ASSUME_ROLE_ROLE; known roles: ${
      known.slice(0, MOST_NAMES).join(", ")
    }${more > 0 ? ` and ${more} more, see 'assume-role --list'` : ""}`;
  }
  const prefix = new SettingResolver(input, undefined).resolve("rolePrefix");
  return prefix
    ? "use '--role NAME' or set ASSUME_ROLE_ROLE; see 'assume-role --help'"
    : "use '--role ARN', or name your roles in assume-role.yaml: 'assume-role --init' writes the file";
}
