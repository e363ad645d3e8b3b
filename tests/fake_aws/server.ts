import { ACTIONS, UNSIGNED_ACTIONS, wrapResult } from "./actions.ts";
import { authenticate } from "./authenticate.ts";
import { findEndpoint, type GivenTokens } from "./endpoints.ts";
import { cut, failure, type Fault, Faults } from "./faults.ts";
import { type Claims, signToken } from "./jwt.ts";
import { Refusal } from "./refusal.ts";
import { findS3Action } from "./s3.ts";
import { type Identity, type Minted, Sessions } from "./sessions.ts";
import { type Registration, SignIns } from "./sign_in.ts";
import { readClaim } from "./sigv4.ts";
import { stepAt, totp } from "./totp.ts";
import {
  GITHUB,
  type Principal,
  roleSession,
  type User,
  type World,
} from "./world.ts";
import { type Node, toXml } from "./xml.ts";

export type { Fault };

/** A request that was answered. */
export interface Call {
  readonly action: string;
  /** The signer's access key; empty if the request is unsigned. */
  readonly accessKeyId: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Returns the answer to send instead of an answer to an action. */
export type ChangeAnswer = (
  action: string,
  answer: Response,
  sent: SentRequest,
) => Promise<Response>;

/** A request, for {@linkcode ChangeAnswer}. */
export interface SentRequest {
  readonly headers: Headers;
  readonly body: string;
  /** The signer's secret access key; empty if the request is unsigned. */
  readonly secretAccessKey: string;
}

/** Options of the fake AWS in addition to its users and roles. */
export interface FakeAwsOptions {
  /** AWS's clock minus this machine's, in milliseconds. */
  readonly clockOffset?: number;
  /** Whether an MFA code works more than once, for measurements. */
  readonly acceptsUsedCodes?: boolean;
  /** The delay before every answer, in milliseconds. */
  readonly latency?: number;
  readonly pageSize?: number;
  /** The duration of all sessions in milliseconds, instead of the requested duration. */
  readonly sessionLife?: number;
}

/**
 * A fake of STS and IAM on loopback with the actions that assume-role uses, and of S3 for
 * clients that can only list objects. The fake verifies signatures and one-time codes, and decides who may assume which
 * role. It also imitates other sources of credentials, such as the instance
 * metadata: see `endpoints.ts`.
 */
export class FakeAws implements AsyncDisposable {
  /** Every request that was answered, in order. */
  readonly calls: Call[] = [];
  /** The actions of the requests that got a fault, in order. */
  readonly failed: string[] = [];
  /** The number of requests whose answers a fault is holding back. */
  waiting = 0;
  readonly #world: World;
  readonly #options: FakeAwsOptions;
  /** Ends the faults that hold back an answer, so that a failed test ends. */
  readonly #end = Promise.withResolvers<void>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #sessions: Sessions;
  readonly #usedCodes = new Set<string>();
  readonly #started: number;
  readonly #given: GivenTokens = {
    metadata: new Map(),
    signin: new Map(),
    access: new Set(),
    refresh: new Map(),
    signIns: new SignIns(),
  };
  readonly #faults = new Faults();
  #change: ChangeAnswer | undefined;
  #requests = 0;

  constructor(world: World, options: FakeAwsOptions = {}) {
    this.#world = world;
    this.#options = options;
    this.#started = this.#now();
    this.#sessions = new Sessions(() => this.#now(), options.sessionLife);
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#answer(request),
    );
  }

  /** The server's address, for `AWS_ENDPOINT_URL`. */
  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** The actions of all calls, in order. */
  actions(): string[] {
    return this.calls.map(({ action }) => action);
  }

  /** Counts the calls of an action. */
  count(action: string): number {
    return this.calls.filter((call) => call.action === action).length;
  }

  /** Makes the next requests for an action fail. */
  fail(action: string, fault: Fault, times = 1): void {
    this.#faults.add(action, fault, times);
  }

  /** Changes all later answers; `undefined` ends that. */
  changeAnswers(change: ChangeAnswer | undefined): void {
    this.#change = change;
  }

  /**
   * Returns the principal of an issued session, with the session's secret access key and
   * token.
   */
  sessionOf(accessKeyId: string): Principal | undefined {
    return this.#sessions.find(accessKeyId);
  }

  /** Accepts all MFA codes and first refresh tokens again, as if none had been used. */
  forgetUses(): void {
    this.#usedCodes.clear();
    this.#given.refresh.clear();
  }

  /** Issues a session of a role, as if another program had assumed the role. */
  issue(roleArn: string, sessionName: string, seconds: number): Minted {
    return this.#sessions.mint(roleSession(roleArn, sessionName), seconds);
  }

  /** Returns the principal that got a sign-in token for the console. */
  signedIn(signinToken: string): Principal | undefined {
    return this.#given.signin.get(signinToken);
  }

  /**
   * Returns the code that a user's device showed when the fake AWS started, or `steps` time
   * steps later. So two codes of a test differ, however long the test takes between them.
   */
  async code(
    user: User,
    serial = user.devices?.[0]?.serial,
    steps = 0,
  ): Promise<string> {
    const device = user.devices?.find((device) => device.serial === serial);
    return await totp(device?.secret ?? "", stepAt(this.#started) + steps);
  }

  /** Creates an ID token like GitHub's that is valid for five minutes. */
  async idToken(claims: Partial<Claims> = {}): Promise<string> {
    const now = Math.floor(this.#now() / 1000);
    return await signToken({
      iss: GITHUB.issuer,
      aud: "sts.amazonaws.com",
      sub: "repo:example/project:ref:refs/heads/main",
      iat: now,
      nbf: now,
      exp: now + 300,
      ...claims,
    });
  }

  /** The registrations of clients for sign-ins to IAM Identity Center, in order. */
  get registrations(): readonly Registration[] {
    return Array.from(
      this.#given.signIns.clients.values(),
      ({ registration }) => registration,
    );
  }

  /** Stops the server; after that, no AWS can be reached. */
  async stop(): Promise<void> {
    this.#end.resolve();
    await this.#server.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #now(): number {
    return Date.now() + (this.#options.clockOffset ?? 0);
  }

  async #answer(request: Request): Promise<Response> {
    let action = "";
    const { headers } = request;
    const bytes = new Uint8Array(await request.arrayBuffer());
    const body = new TextDecoder().decode(bytes);
    const answer = await this.#createAnswer(
      request,
      bytes,
      (name) => action = name,
    );
    const key = readClaim(request)?.accessKeyId;
    const { secretAccessKey = "" } =
      this.#world.users.find((user) => user.accessKeyId === key) ??
        this.sessionOf(key ?? "") ?? {};
    const sent = { headers, body, secretAccessKey };
    return await this.#change?.(action, answer, sent) ?? answer;
  }

  async #createAnswer(
    request: Request,
    body: Uint8Array<ArrayBuffer>,
    onAction: (action: string) => void,
  ): Promise<Response> {
    const requestId = `fake-${String(++this.#requests).padStart(8, "0")}`;
    const { pathname, searchParams } = new URL(request.url);
    const endpoint = findEndpoint(request.method, pathname);
    const params = new URLSearchParams(new TextDecoder().decode(body));
    const action = endpoint?.action ?? params.get("Action") ??
      findS3Action(request) ?? "";
    onAction(action);
    await wait(this.#options.latency ?? 0);
    const fault = this.#faults.take(action);
    if (fault !== undefined) this.failed.push(action);
    if (fault?.kind === "hold") {
      this.waiting++;
      await Promise.race([fault.until, this.#end.promise]);
      this.waiting--;
    }
    if (fault?.kind === "cut") return cut();
    if (fault?.kind === "answer") return fault.create();
    if (fault?.kind === "malformed") {
      return this.#respond(requestId, 200, "<AssumeRoleResponse><oops");
    }
    if (endpoint !== undefined) {
      for (const [name, value] of searchParams) params.append(name, value);
      if (fault?.kind === "error") return failure(fault);
      this.#record(action, "", params);
      return await endpoint.answer({
        world: this.#world,
        sessions: this.#sessions,
        now: this.#now(),
        path: pathname,
        headers: request.headers,
        params,
        given: this.#given,
        url: request.url,
        body: new TextDecoder().decode(body),
        idToken: (claims) => this.idToken(claims),
      });
    }
    try {
      if (fault?.kind === "error") {
        throw new Refusal(
          fault.code,
          fault.message ?? fault.code,
          fault.status,
        );
      }
      const result = await this.#run(action, params, request, body);
      if (fault?.kind === "lose") return cut();
      const answer = wrapResult(action, result, requestId);
      return this.#respond(requestId, 200, toXml(answer));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { code, message, status } = error;
      const type = status < 500 ? "Sender" : "Receiver";
      const content = {
        Error: { Type: type, Code: code, Message: message },
        RequestId: requestId,
      };
      return this.#respond(
        requestId,
        status,
        toXml({ ErrorResponse: content }),
      );
    }
  }

  async #run(
    action: string,
    params: URLSearchParams,
    request: Request,
    body: Uint8Array<ArrayBuffer>,
  ): Promise<Node> {
    const context = {
      world: this.#world,
      params,
      now: this.#now(),
      started: this.#started,
      pageSize: this.#options.pageSize ?? 100,
      usedCodes: this.#options.acceptsUsedCodes
        ? new Set<string>()
        : this.#usedCodes,
      mint: (identity: Identity, seconds: number) =>
        this.#sessions.mint(identity, seconds),
    };
    const unsigned = UNSIGNED_ACTIONS[action];
    if (unsigned !== undefined) {
      this.#record(action, "", params);
      return await unsigned(context);
    }
    const caller = await authenticate(request, body, {
      ...context,
      sessions: this.#sessions,
    });
    const { accessKeyId, service } = readClaim(request)!;
    this.#record(action, accessKeyId, params);
    const known = ACTIONS[action];
    if (known === undefined || known.service !== service) {
      throw new Refusal("InvalidAction", `Could not find operation ${action}`);
    }
    return await known.run({ ...context, caller });
  }

  #record(action: string, accessKeyId: string, params: URLSearchParams): void {
    const named = Object.fromEntries(params);
    this.calls.push({ action, accessKeyId, params: named });
  }

  #respond(requestId: string, status: number, xml: string): Response {
    return new Response(xml, {
      status,
      headers: {
        "content-type": "text/xml",
        "x-amzn-requestid": requestId,
        date: new Date(this.#now()).toUTCString(),
      },
    });
  }
}

async function wait(milliseconds: number): Promise<void> {
  if (milliseconds > 0) {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}
