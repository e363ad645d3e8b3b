/**
 * Kills assume-role at every system call that replaces, locks or removes a file, and checks
 * that the next run removes everything that is left.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path/join";
import { argv, e2e, has, program, warm } from "../mod.ts";
import { age, cacheOf, kindOf, leftovers } from "../e2e/leftovers.ts";

const HAS_STRACE = Deno.build.os === "linux" && await has("strace");

// Deno replaces files by rename, and removes them by unlink.
for (const args of ["-f -r admin true", "-f --server -r admin true"]) {
  e2e(
    `a kill of '${args}' at each replacement leaves nothing for longer than the next run`,
    {
      ignore: !HAS_STRACE,
      home: warm,
    },
    async ({ home, run }) => {
      const log = join(home.root, "strace.log");
      const strace = (option: string) =>
        home.exec(
          argv`strace -f -qq -o ${log} -e ${option} ${program()} ${
            args.split(" ")
          }`,
        );
      const seen = new Set<string>();
      for (const call of ["flock", "fsync", "rename", "unlink"]) {
        await strace(`trace=${call}`);
        const count = Deno.readTextFileSync(log).split("\n")
          .filter((line) => line.includes(`${call}(`)).length;
        for (let n = 1; n <= count; n++) {
          await strace(`inject=${call}:signal=KILL:when=${n}`);
          for (const directory of [cacheOf(home), join(home.path, ".aws")]) {
            leftovers(directory).forEach((name) => seen.add(kindOf(name)));
            age(directory);
          }
          assertEquals((await run("-f -r admin true")).status, 0);
          assertEquals(leftovers(cacheOf(home)), [], `${call} ${n}`);
          assertEquals(leftovers(join(home.path, ".aws")), [
            "assume-role",
            "credentials",
          ]);
        }
      }
      const kinds = [
        ".assume-role-ID.tmp",
        ".assume-role-credentials.lock",
        "ID.lock",
      ];
      const served = ["copy-ID.credentials", "copy-ID.lock", "token-ID"];
      for (
        const kind of args.includes("server") ? [...kinds, ...served] : kinds
      ) {
        assert(seen.has(kind), `${kind} is not in ${[...seen]}`);
      }
    },
  );
}
