import { isSame } from "./bytes.ts";
import { readWhole } from "./files.ts";

/**
 * A file that is about to be replaced, kept open: whoever has opened it to write
 * into it goes on writing there even when it has lost its name. It is looked at
 * without giving others the time to do something in between.
 */
export class ReplacedFile {
  readonly #file: Deno.FsFile | undefined;

  private constructor(file: Deno.FsFile | undefined) {
    this.#file = file;
  }

  /**
   * Opens the file at a path; one that is not there is an empty one.
   *
   * @throws where it cannot be read
   */
  static async open(path: string): Promise<ReplacedFile> {
    try {
      return new ReplacedFile(await Deno.open(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return new ReplacedFile(undefined);
    }
  }

  /** Whether there was one. */
  get isThere(): boolean {
    return this.#file !== undefined;
  }

  stat(): Deno.FileInfo | undefined {
    return this.#file?.statSync();
  }

  /** What it holds at the moment. */
  read(): Uint8Array {
    if (this.#file === undefined) return new Uint8Array();
    this.#file.seekSync(0, Deno.SeekMode.Start);
    return readWhole(this.#file);
  }

  /** Whether a path still leads to this file, and this file still has this content. */
  isStillAt(path: string, content: Uint8Array): boolean {
    const own = this.stat();
    if (own !== undefined && !isSame(content, this.read())) return false;
    try {
      const there = Deno.statSync(path);
      return there.ino === own?.ino && there.dev === own?.dev;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return own === undefined;
    }
  }

  /**
   * Whether it was changed at most some milliseconds before what is at a path now,
   * by the clock of the system that keeps both.
   */
  wasChangedJustBefore(path: string, milliseconds: number): boolean {
    const own = this.stat()?.mtime;
    const later = Deno.statSync(path).mtime;
    return !!own && !!later &&
      later.getTime() - own.getTime() < milliseconds;
  }

  close(): void {
    this.#file?.close();
  }
}
