// Pure: no I/O.

/** The parts of a role's ARN. */
export interface RoleArn {
  /** All of it. */
  readonly arn: string;
  /** Such as `aws` or `aws-cn`. */
  readonly partition: string;
  /** The twelve digits of the account. */
  readonly accountId: string;
  /** The role's name without its path; IAM keeps it unique in the account. */
  readonly roleName: string;
}

/** Takes a role's ARN apart; the text must be one, see `parseRoleArn`. */
export function splitRoleArn(arn: string): RoleArn {
  const [, partition = "", , , accountId = ""] = arn.split(":");
  return { arn, partition, accountId, roleName: arn.split("/").at(-1)! };
}

/** Who a caller is, as `sts:GetCallerIdentity` tells it. */
export interface CallerIdentity {
  readonly arn: string;
  readonly accountId: string;
}

/** Whether the caller is an IAM user: the only kind that has MFA devices to list. */
export function isIamUser(caller: CallerIdentity): boolean {
  return callerResource(caller)[0] === "user";
}

/** Who a session is, by the ARN that STS gave it. */
export function identityOf(arn: string): CallerIdentity {
  return { arn, accountId: arn.split(":")[4] ?? "" };
}

/**
 * The name that a caller's ARN carries: a user's name, an assumed role's
 * session name, a federated user's name; `undefined` where there is none.
 */
export function callerName(caller: CallerIdentity): string | undefined {
  const [kind, ...path] = callerResource(caller);
  const named = kind === "user" || kind === "assumed-role" ||
    kind === "federated-user";
  return named ? path.at(-1) : undefined;
}

function callerResource(caller: CallerIdentity): string[] {
  return caller.arn.split(":").slice(5).join(":").split("/");
}

/**
 * Makes a name one that STS accepts as RoleSessionName: characters outside
 * `[\w+=,.@-]` are replaced, and the length is brought to 2 to 64.
 */
export function toSessionName(name: string): string {
  const clean = name.replace(/[^\w+=,.@-]/gu, "-").slice(0, 64);
  return clean.padEnd(2, "-");
}
