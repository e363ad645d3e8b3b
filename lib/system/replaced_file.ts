import { isSame } from "./bytes.ts";
import { type OpenFile, openRegular, readWhole } from "./files.ts";

/**
 * A file that is about to be replaced. The file is kept open, because a program that had
 * opened the file goes on writing into it after the replacement. All reads are
 * synchronous, so that no other task runs between two reads.
 */
export class ReplacedFile {
  readonly #file: OpenFile | undefined;

  private constructor(file: OpenFile | undefined) {
    this.#file = file;
  }

  /**
   * Opens the regular file at a path; a missing file counts as empty.
   *
   * @throws If the file cannot be read
   */
  static async open(path: string): Promise<ReplacedFile> {
    try {
      return new ReplacedFile(await openRegular(path));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return new ReplacedFile(undefined);
    }
  }

  /** Whether the file existed when it was opened. */
  get isThere(): boolean {
    return this.#file !== undefined;
  }

  stat(): Deno.FileInfo | undefined {
    return this.#file?.statSync();
  }

  /** Reads the current content. */
  read(): Uint8Array {
    if (this.#file === undefined) return new Uint8Array();
    this.#file.seekSync(0, Deno.SeekMode.Start);
    return readWhole(this.#file);
  }

  /** Whether the path still leads to this file, with this content. */
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
   * Whether this file was replaced soon after its last change: the modification times of
   * this file and of its replacement at the path differ by less than `milliseconds`.
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
