import { type Credentials, freshFor, timeLeft } from "../aws/credentials.ts";

/**
 * The time that a request waits for a refresh while the old credentials are still
 * valid. The AWS SDK for JavaScript gives up a request after a second.
 */
const MAX_WAIT_MS = 500;
/** The pause after a failed refresh, which doubles with every failure. */
const FIRST_PAUSE_MS = 2000;
const MAX_PAUSE_MS = 60_000;
/**
 * The longest delay of a timer. A timer pauses while the machine sleeps. Therefore a long
 * delay could end after the credentials have expired.
 */
const MAX_DELAY_MS = 30_000;
const MIN_DELAY_MS = 200;

/** Options of a refresher. */
export interface RefresherOptions {
  /** Gets credentials that stay valid for more than `refreshBeforeExpiry` seconds. */
  readonly refresh: () => Promise<Credentials>;
  /** The time before expiry at which credentials are refreshed, in seconds. */
  readonly refreshBeforeExpiry: number;
  readonly now: () => number;
}

/** Refreshes credentials before they expire, with one refresh at a time. */
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
    this.#schedule();
  }

  /** The error of the last refresh; `undefined` if the refresh succeeded. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The last credentials, which may have expired. */
  get last(): Credentials {
    return this.#credentials;
  }

  /**
   * Gets credentials that have not expired. The credentials are fresh, unless the
   * refresh fails or takes longer than {@linkcode MAX_WAIT_MS}.
   *
   * @throws {Error} If the credentials have expired; the error is that of the failed refresh
   */
  async get(): Promise<Credentials> {
    if (!this.#isFresh()) {
      const refreshed = this.#refresh();
      if (this.#isValid()) await waitAtMost(MAX_WAIT_MS, refreshed);
      if (!this.#isValid()) await refreshed;
    }
    if (this.#isValid()) return this.#credentials;
    throw this.#failure ?? new Error("the credentials have expired");
  }

  /** Stops refreshing. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #isFresh(): boolean {
    return this.#freshFor() > 0;
  }

  #isValid(): boolean {
    return timeLeft(this.#credentials, this.#options.now()) > 0;
  }

  #freshFor(): number {
    const { refreshBeforeExpiry, now } = this.#options;
    return freshFor(this.#credentials, refreshBeforeExpiry, now());
  }

  /**
   * Starts a refresh, or waits for the running refresh. Does nothing in the pause
   * after a failure. Never rejects.
   */
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
        const pauseMs = Math.min(
          FIRST_PAUSE_MS * 2 ** this.#failures++,
          MAX_PAUSE_MS,
        );
        this.#notBefore = now() + pauseMs;
      } finally {
        this.#refreshing = undefined;
      }
    })();
  }

  #schedule(): void {
    const delayMs = Math.max(
      MIN_DELAY_MS,
      Math.min(this.#freshFor(), MAX_DELAY_MS),
    );
    this.#timer = setTimeout(async () => {
      if (!this.#isFresh()) await this.#refresh();
      if (this.#timer !== undefined) this.#schedule();
    }, delayMs);
  }
}

async function waitAtMost(
  timeoutMs: number,
  work: Promise<void>,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
