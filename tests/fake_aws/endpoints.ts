import type { Claims } from "./jwt.ts";
import { idToken } from "./workflow.ts";
import { signinToken } from "./console.ts";
import { roleCredentials } from "./portal.ts";
import {
  authorize,
  confirmDevice,
  createToken,
  registerClient,
  type SignIns,
  startDeviceAuthorization,
} from "./sign_in.ts";
import { createLoginToken } from "./login.ts";
import {
  containerCredentials,
  instanceCredentials,
  instanceRole,
  metadataToken,
} from "./metadata.ts";
import type { Sessions } from "./sessions.ts";
import type { Principal, World } from "./world.ts";

/** Values that the implementation of an endpoint other than STS and IAM gets. */
export interface EndpointContext {
  readonly world: World;
  readonly sessions: Sessions;
  readonly now: number;
  readonly path: string;
  readonly headers: Headers;
  /** The parameters of the query and of the form in the body. */
  readonly params: URLSearchParams;
  readonly given: GivenTokens;
  readonly url: string;
  /** The body of the request, as text. */
  readonly body: string;
  /** Creates an ID token. */
  readonly idToken: (claims: Partial<Claims>) => Promise<string>;
}

/** The tokens that endpoints have issued. */
export interface GivenTokens {
  /** The expiry of each token of the instance metadata, in milliseconds. */
  readonly metadata: Map<string, number>;
  /** The principal of each sign-in token for the console. */
  readonly signin: Map<string, Principal>;
  /** The access tokens of IAM Identity Center that refreshes have given. */
  readonly access: Set<string>;
  /** The refresh tokens that can be used, by the name of the service. */
  readonly refresh: Map<"portal" | "login", string>;
  /** The sign-ins to IAM Identity Center. */
  readonly signIns: SignIns;
}

/** An endpoint that uses plain HTTP and not AWS's query protocol. */
export interface Endpoint {
  /** The name of the endpoint in `calls`, and in the faults that a test adds. */
  readonly action: string;
  readonly methods: readonly string[];
  readonly path: RegExp;
  readonly answer: (context: EndpointContext) => Promise<Response> | Response;
}

const METADATA = "/latest/meta-data/iam/security-credentials/";

const ENDPOINTS: readonly Endpoint[] = [
  {
    action: "GetRoleCredentials",
    methods: ["GET"],
    path: /^\/federation\/credentials$/,
    answer: roleCredentials,
  },
  {
    action: "CreateToken",
    methods: ["POST"],
    path: /^\/token$/,
    answer: createToken,
  },
  {
    action: "RegisterClient",
    methods: ["POST"],
    path: /^\/client\/register$/,
    answer: registerClient,
  },
  {
    action: "StartDeviceAuthorization",
    methods: ["POST"],
    path: /^\/device_authorization$/,
    answer: startDeviceAuthorization,
  },
  {
    action: "Authorize",
    methods: ["GET"],
    path: /^\/authorize$/,
    answer: authorize,
  },
  {
    action: "ConfirmDevice",
    methods: ["GET"],
    path: /^\/device$/,
    answer: confirmDevice,
  },
  {
    action: "CreateOAuth2Token",
    methods: ["POST"],
    path: /^\/v1\/token$/,
    answer: createLoginToken,
  },
  {
    action: "getSigninToken",
    methods: ["GET", "POST"],
    path: /^\/federation$/,
    answer: signinToken,
  },
  {
    action: "GetIdToken",
    methods: ["GET"],
    path: /^\/actions\/id-token$/,
    answer: idToken,
  },
  {
    action: "GetContainerCredentials",
    methods: ["GET"],
    path: /^\/container\/credentials$/,
    answer: containerCredentials,
  },
  {
    action: "GetMetadataToken",
    methods: ["PUT"],
    path: /^\/latest\/api\/token$/,
    answer: metadataToken,
  },
  {
    action: "GetInstanceRole",
    methods: ["GET"],
    path: RegExp(`^${METADATA}?$`),
    answer: instanceRole,
  },
  {
    action: "GetInstanceCredentials",
    methods: ["GET"],
    path: RegExp(`^${METADATA}[^/]+$`),
    answer: instanceCredentials,
  },
];

/** Finds the endpoint of a request; `undefined` for STS and IAM. */
export function findEndpoint(
  method: string,
  path: string,
): Endpoint | undefined {
  return ENDPOINTS.find((endpoint) =>
    endpoint.methods.includes(method) && endpoint.path.test(path)
  );
}
