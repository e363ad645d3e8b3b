import { join } from "@std/path/join";
import type { TestHome } from "./test_home.ts";

/**
 * Makes cached sessions expire earlier; returns their number.
 *
 * @param isAged whether the sessions of a role expire earlier; default: all sessions
 */
export function ageSessions(
  home: TestHome,
  milliseconds: number,
  isAged: (roleArn: string) => boolean = () => true,
): number {
  const cache = join(home.path, ".aws/assume-role/cache");
  let count = 0;
  for (const { name } of Deno.readDirSync(cache)) {
    if (!/^[0-9a-f]{64}\.json$/.test(name)) continue;
    const path = join(cache, name);
    const entry = JSON.parse(Deno.readTextFileSync(path));
    if (!isAged(entry.value.roleArn)) continue;
    entry.value.expiration -= milliseconds;
    entry.value.obtainedAt -= milliseconds;
    Deno.writeTextFileSync(path, JSON.stringify(entry));
    count++;
  }
  return count;
}
