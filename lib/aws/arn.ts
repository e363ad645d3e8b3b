// Pure: no I/O.

/** The parts of a role's ARN. */
export interface RoleArn {
  /** The whole ARN. */
  readonly arn: string;
  /** The partition, such as `aws` or `aws-cn`. */
  readonly partition: string;
  /** The account id, which has twelve digits. */
  readonly accountId: string;
  /** The role's name without its path. Role names are unique in an account, even without paths. */
  readonly roleName: string;
}

/** Splits the ARN of a role into its parts; `parseRoleArn()` must have accepted the ARN. */
export function splitRoleArn(arn: string): RoleArn {
  const [, partition = "", , , accountId = ""] = arn.split(":");
  return { arn, partition, accountId, roleName: arn.split("/").at(-1)! };
}

/** The identity of a caller, as `sts:GetCallerIdentity` returns it. */
export interface CallerIdentity {
  readonly arn: string;
  readonly accountId: string;
}

/** Whether the caller is an IAM user. `listMfaDevices()` works only for IAM users. */
export function isIamUser(caller: CallerIdentity): boolean {
  return callerResource(caller)[0] === "user";
}

/** Returns the caller identity of a session with the given ARN. */
export function identityOf(arn: string): CallerIdentity {
  return { arn, accountId: arn.split(":")[4] ?? "" };
}

/**
 * Returns the name in a caller's ARN: the name of an IAM user, of a federated
 * user or of an assumed role's session; `undefined` for other callers.
 */
export function callerName(caller: CallerIdentity): string | undefined {
  const [kind, ...path] = callerResource(caller);
  const hasName = kind === "user" || kind === "assumed-role" ||
    kind === "federated-user";
  return hasName ? path.at(-1) : undefined;
}

function callerResource(caller: CallerIdentity): string[] {
  return caller.arn.split(":").slice(5).join(":").split("/");
}

/**
 * Converts a name to a valid RoleSessionName: replaces characters outside
 * `[\w+=,.@-]`, and cuts or pads the name to a length of 2 to 64.
 */
export function toSessionName(name: string): string {
  const clean = name.replace(/[^\w+=,.@-]/gu, "-").slice(0, 64);
  return clean.padEnd(2, "-");
}
