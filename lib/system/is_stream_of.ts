import { fstatSync } from "node:fs";

/**
 * Whether a standard stream of this process is the file at a path; `false` if the stream is
 * closed, or if there is no such file.
 *
 * @param fd the file descriptor of the stream
 */
export function isStreamOf(fd: 0 | 1, path: string): boolean {
  try {
    const { dev, ino } = Deno.statSync(path);
    const stream = fstatSync(fd);
    return stream.dev === dev && stream.ino === ino;
  } catch {
    return false;
  }
}
