import { type Credentials, freshFor, timeLeft } from "../aws/credentials.ts";

/**
 * How long a request waits for a refresh while what there is still works, in
 * milliseconds: the SDK for JavaScript gives up after a second.
 */
const PATIENCE = 500;
/** How long after a failure the next attempt comes, in milliseconds. */
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 60_000;
/** How often the clock is looked at: it goes on while the machine sleeps. */
const LONGEST_SLEEP = 30_000;
const SHORTEST_SLEEP = 200;

/** What a keeper needs to know. */
export interface RefresherOptions {
  /** Gets credentials that are fresh by the same measure. */
  readonly refresh: () => Promise<Credentials>;
  /** How many seconds before their expiry credentials are refreshed. */
  readonly refreshBeforeExpiry: number;
  readonly now: () => number;
}

/** Keeps credentials fresh, with one refresh at a time, ahead of their expiry. */
export class Refresher {
  readonly #options: RefresherOptions;
  #credentials: Credentials;
  #refreshing: Promise<void> | undefined;
  #failure: unknown;
  #failures = 0;
  #notBefore = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(first: Credentials, options: RefresherOptions) {
    this.#credentials = first;
    this.#options = options;
    this.#sleep();
  }

  /** Why the last refresh failed; `undefined` where it did not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** What there is; it may have expired. */
  get last(): Credentials {
    return this.#credentials;
  }

  /**
   * Credentials that have not expired, and fresh ones where they can be had
   * without a long wait.
   *
   * @throws what the refresh threw, where there are none
   */
  async get(): Promise<Credentials> {
    if (!this.#isFresh()) {
      const refreshed = this.#refresh();
      if (this.#isGood()) await atMost(PATIENCE, refreshed);
      if (!this.#isGood()) await refreshed;
    }
    if (this.#isGood()) return this.#credentials;
    throw this.#failure ?? new Error("the credentials have expired");
  }

  /** Lets the credentials grow old. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #isFresh(): boolean {
    return this.#freshFor() > 0;
  }

  #isGood(): boolean {
    return timeLeft(this.#credentials, this.#options.now()) > 0;
  }

  #freshFor(): number {
    const { refreshBeforeExpiry, now } = this.#options;
    return freshFor(this.#credentials, refreshBeforeExpiry, now());
  }

  /** One attempt for all who ask; none so soon after a failure. */
  #refresh(): Promise<void> {
    const { refresh, now } = this.#options;
    if (now() < this.#notBefore) return Promise.resolve();
    return this.#refreshing ??= (async () => {
      try {
        this.#credentials = await refresh();
        this.#failure = undefined;
        this.#failures = 0;
      } catch (error) {
        this.#failure = error;
        const pause = Math.min(
          FIRST_PAUSE * 2 ** this.#failures++,
          LONGEST_PAUSE,
        );
        this.#notBefore = now() + pause;
      } finally {
        this.#refreshing = undefined;
      }
    })();
  }

  #sleep(): void {
    const delay = Math.max(
      SHORTEST_SLEEP,
      Math.min(this.#freshFor(), LONGEST_SLEEP),
    );
    this.#timer = setTimeout(async () => {
      if (!this.#isFresh()) await this.#refresh();
      if (this.#timer !== undefined) this.#sleep();
    }, delay);
  }
}

async function atMost(
  milliseconds: number,
  work: Promise<void>,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, enough]);
  clearTimeout(timer);
}
