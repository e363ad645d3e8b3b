import type { Claims } from "./jwt.ts";
import { idToken } from "./workflow.ts";
import { signinToken } from "./console.ts";
import { roleCredentials } from "./portal.ts";
import {
  containerCredentials,
  instanceCredentials,
  instanceRole,
  metadataToken,
} from "./metadata.ts";
import type { Sessions } from "./sessions.ts";
import type { Principal, World } from "./world.ts";

/** What an endpoint beside STS and IAM works with. */
export interface EndpointContext {
  readonly world: World;
  readonly sessions: Sessions;
  readonly now: number;
  readonly path: string;
  readonly headers: Headers;
  /** Of the query and of the form in the body. */
  readonly params: URLSearchParams;
  readonly given: GivenTokens;
  /** Writes an ID token. */
  readonly idToken: (claims: Partial<Claims>) => Promise<string>;
}

/** Tokens that endpoints have given out. */
export interface GivenTokens {
  /** When tokens of the instance metadata expire, in milliseconds. */
  readonly metadata: Map<string, number>;
  /** Who signs in to the console. */
  readonly signin: Map<string, Principal>;
}

/** What is not the query protocol of AWS, but plain HTTP. */
export interface Endpoint {
  /** Its name in `calls`, and for faults. */
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

/** The endpoint that a request is for, unless it is for STS or IAM. */
export function findEndpoint(
  method: string,
  path: string,
): Endpoint | undefined {
  return ENDPOINTS.find((endpoint) =>
    endpoint.methods.includes(method) && endpoint.path.test(path)
  );
}
