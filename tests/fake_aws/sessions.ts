import type { Principal } from "./world.ts";
import type { Node } from "./xml.ts";

/** Temporary credentials; they expire at a time in milliseconds. */
export interface Minted {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: number;
}

/** Who gets credentials, which are still to be made. */
export type Identity = Omit<
  Principal,
  "secretAccessKey" | "sessionToken" | "expiration"
>;

/** The sessions that were given out. */
export class Sessions {
  readonly #byKey = new Map<string, Principal>();
  readonly #now: () => number;
  readonly #life: number | undefined;

  /** `life` is in milliseconds, for sessions that live as long as wanted here. */
  constructor(now: () => number, life?: number) {
    this.#now = now;
    this.#life = life;
  }

  /** The session of a key, also if it has expired. */
  find(accessKeyId: string): Principal | undefined {
    return this.#byKey.get(accessKeyId);
  }

  /** Makes temporary credentials. */
  mint(identity: Identity, seconds: number): Minted {
    const random = () => crypto.randomUUID().replaceAll("-", "").toUpperCase();
    const life = this.#life ?? seconds * 1000;
    const minted = {
      accessKeyId: `ASIA${random().slice(0, 16)}`,
      secretAccessKey: `fake/${random()}+x/`.slice(0, 40),
      sessionToken: `${random()}/+${random()}${random()}==`,
      expiration: Math.floor((this.#now() + life) / 1000) * 1000,
    };
    const { accessKeyId, ...secrets } = minted;
    this.#byKey.set(accessKeyId, { ...identity, ...secrets });
    return minted;
  }
}

/** A time as AWS writes it, without fractions of seconds. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** `Credentials` in an answer of STS. */
export function credentialsNode(minted: Minted): Node {
  return {
    AccessKeyId: minted.accessKeyId,
    SecretAccessKey: minted.secretAccessKey,
    SessionToken: minted.sessionToken,
    Expiration: timestamp(minted.expiration),
  };
}
