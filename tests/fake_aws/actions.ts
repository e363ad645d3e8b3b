import { stepAt, totp } from "./totp.ts";
import { type Principal, type Role, userArn, type World } from "./world.ts";
import type { Node } from "./xml.ts";

/** An error that AWS answers with. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** What an action works with. */
export interface ActionContext {
  readonly world: World;
  readonly caller: Principal;
  readonly params: URLSearchParams;
  readonly now: number;
  /** How many items a page of a list holds. */
  readonly pageSize: number;
  /** Codes that were used: each works once. */
  readonly usedCodes: Set<string>;
  /** Makes temporary credentials for a principal. */
  readonly mint: (
    principal: Omit<
      Principal,
      "secretAccessKey" | "sessionToken" | "expiration"
    >,
    seconds: number,
  ) => { readonly [name: string]: Node };
}

type Action = (context: ActionContext) => Promise<Node> | Node;

/** The actions of STS and IAM that there are. */
export const ACTIONS: Readonly<
  Record<string, { service: "sts" | "iam"; run: Action }>
> = {
  GetCallerIdentity: {
    service: "sts",
    run: ({ caller }) => ({
      Arn: caller.arn,
      UserId: caller.userId,
      Account: caller.accountId,
    }),
  },
  AssumeRole: { service: "sts", run: assumeRole },
  ListMFADevices: { service: "iam", run: listMfaDevices },
  GetUser: {
    service: "iam",
    run: ({ caller }) => {
      const user = userOf(caller, "iam:GetUser");
      return {
        User: {
          UserName: user.name,
          UserId: caller.userId,
          Arn: caller.arn,
          Path: "/",
          CreateDate: "2020-01-01T00:00:00Z",
        },
      };
    },
  },
};

async function assumeRole(context: ActionContext): Promise<Node> {
  const { world, caller, params, mint } = context;
  const arn = required(params, "RoleArn", /^arn:[\w-]+:iam::\d{12}:role\/.+$/);
  const session = required(params, "RoleSessionName", /^[\w+=,.@-]{2,64}$/);
  const seconds = Number(params.get("DurationSeconds") ?? "3600");
  if (!(seconds >= 900 && seconds <= 43_200)) {
    throw new Refusal(
      "ValidationError",
      "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint",
    );
  }
  const role = world.roles.find((role) => role.arn === arn);
  if (role === undefined || !trusts(role, caller)) {
    throw denied(caller, "sts:AssumeRole", arn);
  }
  const withMfa = await checkCode(context);
  if (role.requiresMfa && !withMfa) throw denied(caller, "sts:AssumeRole", arn);
  if (seconds > (role.maxSessionDuration ?? 3600)) {
    throw new Refusal(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  if (caller.roleArn !== undefined && seconds > 3600) {
    throw new Refusal(
      "ValidationError",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  const [, partition, , , accountId, resource] = arn.split(":") as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const id = `AROAFAKE${accountId}:${session}`;
  const sessionArn = `arn:${partition}:sts::${accountId}:assumed-role/${
    resource.split("/").at(-1)
  }/${session}`;
  return {
    AssumedRoleUser: { AssumedRoleId: id, Arn: sessionArn },
    Credentials: mint(
      { arn: sessionArn, userId: id, accountId, roleArn: arn },
      seconds,
    ),
  };
}

function trusts(role: Role, caller: Principal): boolean {
  return role.trusts.includes(caller.roleArn ?? caller.arn);
}

/** Whether a valid code came with the request; a wrong one is refused. */
async function checkCode(context: ActionContext): Promise<boolean> {
  const { caller, params, now, usedCodes } = context;
  const code = params.get("TokenCode");
  const serial = params.get("SerialNumber");
  if (code === null || serial === null) return false;
  const device = caller.user?.devices?.find((device) =>
    device.serial === serial
  );
  if (device?.secret !== undefined) {
    for (const step of [0, -1, 1]) {
      const right = await totp(device.secret, stepAt(now) + step);
      const use = `${serial} ${stepAt(now) + step}`;
      if (right !== code || usedCodes.has(use)) continue;
      usedCodes.add(use);
      return true;
    }
  }
  throw new Refusal(
    "AccessDenied",
    "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    403,
  );
}

function listMfaDevices({ caller, params, pageSize }: ActionContext): Node {
  const user = userOf(caller, "iam:ListMFADevices");
  const devices = user.devices ?? [];
  const from = Number(params.get("Marker") ?? "0");
  const page = devices.slice(from, from + pageSize);
  const more = from + pageSize < devices.length;
  return {
    MFADevices: page.map(({ serial }) => ({
      UserName: user.name,
      SerialNumber: serial,
      EnableDate: "2020-01-01T00:00:00Z",
    })),
    IsTruncated: more,
    ...(more && { Marker: String(from + pageSize) }),
  };
}

function userOf(
  caller: Principal,
  action: string,
): NonNullable<Principal["user"]> {
  const { user } = caller;
  if (user === undefined || user.arn !== undefined) {
    throw new Refusal(
      "ValidationError",
      "Must specify userName when calling with non-User credentials",
    );
  }
  if (user.denied?.includes(action)) {
    throw denied(caller, action, userArn(user));
  }
  return user;
}

function denied(caller: Principal, action: string, resource: string): Refusal {
  return new Refusal(
    "AccessDenied",
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`,
    403,
  );
}

function required(
  params: URLSearchParams,
  name: string,
  pattern: RegExp,
): string {
  const value = params.get(name);
  if (value !== null && pattern.test(value)) return value;
  throw new Refusal(
    "ValidationError",
    `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint`,
  );
}
