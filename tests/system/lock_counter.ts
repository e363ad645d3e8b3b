/** Counts the locks that this process waits for, until the counter is disposed. */
export class LockCounter implements Disposable {
  count = 0;
  readonly #lock = Deno.FsFile.prototype.lock;

  constructor() {
    const wait = (file: Deno.FsFile, exclusive?: boolean) => {
      this.count++;
      return this.#lock.call(file, exclusive);
    };
    Deno.FsFile.prototype.lock = function (exclusive) {
      return wait(this, exclusive);
    };
  }

  [Symbol.dispose](): void {
    Deno.FsFile.prototype.lock = this.#lock;
  }
}
