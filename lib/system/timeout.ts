/**
 * Whether a promise resolves within a time. The wait for a lock cannot be cancelled; when
 * the file is closed, a lock that is acquired later is released at once.
 */
export async function settlesWithin(
  work: Promise<void>,
  milliseconds: number,
): Promise<boolean> {
  using timeout = new Timeout(milliseconds);
  return await settlesBefore(work, timeout);
}

/** Whether a promise resolves before the end of a time. */
export async function settlesBefore(
  work: Promise<void>,
  { end }: Timeout,
): Promise<boolean> {
  work.catch(() => {});
  return await Promise.race([work.then(() => true), end]);
}

/** A time that starts now. */
export class Timeout implements Disposable {
  /** Resolves at the end of the time. */
  readonly end: Promise<false>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(milliseconds: number) {
    this.end = new Promise((resolve) => {
      this.#timer = setTimeout(() => resolve(false), milliseconds);
    });
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
