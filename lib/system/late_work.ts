/** Background work that must finish before a run ends, such as removing old cache entries. */
export class LateWork {
  readonly #pending: Promise<void>[] = [];

  add(work: Promise<void>): void {
    this.#pending.push(work);
  }

  /** Waits for all work that was added. */
  async finish(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
