import type { Principal } from "./world.ts";
import type { Node } from "./xml.ts";

/** Issued temporary credentials. */
export interface Minted {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** The time of expiry, in milliseconds since the epoch. */
  readonly expiration: number;
}

/** The principal of a session, without the credentials that are issued later. */
export type Identity = Omit<
  Principal,
  "secretAccessKey" | "sessionToken" | "expiration"
>;

/** The issued sessions. */
export class Sessions {
  readonly #byKey = new Map<string, Principal>();
  readonly #now: () => number;
  readonly #durationMs: number | undefined;

  /**
   * Creates an empty register.
   *
   * @param durationMs the duration of all sessions, instead of the requested duration
   */
  constructor(now: () => number, durationMs?: number) {
    this.#now = now;
    this.#durationMs = durationMs;
  }

  /** Finds the session of an access key, even if the session has expired. */
  find(accessKeyId: string): Principal | undefined {
    return this.#byKey.get(accessKeyId);
  }

  /** Issues temporary credentials. */
  mint(identity: Identity, seconds: number): Minted {
    const random = () => crypto.randomUUID().replaceAll("-", "").toUpperCase();
    const durationMs = this.#durationMs ?? seconds * 1000;
    const minted = {
      accessKeyId: `ASIA${random().slice(0, 16)}`,
      secretAccessKey: `fake/${random()}+x/`.slice(0, 40),
      sessionToken: `${random()}/+${random()}${random()}==`,
      expiration: Math.floor((this.#now() + durationMs) / 1000) * 1000,
    };
    const { accessKeyId, ...secrets } = minted;
    this.#byKey.set(accessKeyId, { ...identity, ...secrets });
    return minted;
  }
}

/** Formats a time like AWS, without fractions of seconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** Creates the element `Credentials` of an answer of STS. */
export function credentialsNode(minted: Minted): Node {
  return {
    AccessKeyId: minted.accessKeyId,
    SecretAccessKey: minted.secretAccessKey,
    SessionToken: minted.sessionToken,
    Expiration: timestamp(minted.expiration),
  };
}
