// Pure: no I/O.
import { AwsError } from "../errors.ts";
import type { AwsClient } from "../aws/sts_types.ts";
import type {
  BaseQuery,
  ConnectionSettings,
  SignInQuery,
} from "../aws/sdk_interface.ts";
import type { SignInClient } from "../aws/sign_in_types.ts";

/** The first message to a worker, which selects the methods that the worker offers. */
export type Task =
  | { readonly kind: "client"; readonly settings: ConnectionSettings }
  | { readonly kind: "base"; readonly query: BaseQuery }
  | { readonly kind: "sign-in"; readonly query: SignInQuery };

/** A call to a worker. */
export interface Call {
  readonly id: number;
  readonly method: keyof AwsClient | keyof SignInClient | "findBase";
  readonly input?: unknown;
}

/** The text of a token that the SDK has refreshed; sent before the result of the call. */
export interface RefreshedToken {
  readonly refreshedToken: string;
}

/** A request to STS or IAM, which the process sends: a worker for them has no network. */
export interface SdkRequest {
  /** The number of the request, which the answer repeats. */
  readonly request: number;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** AWS's answer to a request, or the error if there is no answer. */
export interface SdkAnswer {
  /** The number of the request. */
  readonly answer: number;
  readonly result:
    | {
      readonly status: number;
      readonly headers: SdkRequest["headers"];
      readonly body: string;
    }
    | { readonly error: Pick<Error, "name" | "message"> };
}

/** The result of a call. */
export type Reply =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly failure: Failure };

/** An error in a form that can be sent between threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly requestId?: string;
  readonly hint?: string;
  /** Whether AWS returned the error. */
  readonly isFault: boolean;
  readonly cause?: string;
}

/** Converts an error to a form that can be sent between threads. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { name: "Error", message: String(error), isFault: false };
  }
  const { name, message, cause } = error;
  const { code, requestId, hint } = error instanceof AwsError
    ? error
    : {} as Partial<AwsError>;
  return {
    name,
    message,
    isFault: "$fault" in error,
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
    ...(hint !== undefined && { hint }),
    ...(cause instanceof Error && { cause: cause.message }),
  };
}

/** Restores an error that was sent from another thread. */
export function fromFailure(failure: Failure): Error {
  const { name, message, code, requestId, hint, isFault } = failure;
  const cause = failure.cause === undefined
    ? undefined
    : new Error(failure.cause);
  if (code !== undefined) {
    return new AwsError(message, { code, requestId, hint, cause });
  }
  return Object.assign(new Error(message, { cause }), {
    name,
    ...(isFault && { $fault: "client" }),
  });
}
