/**
 * A minimal program for the benchmark that does only the steps that a cached run
 * needs: start the signal monitor, read and hash the configuration files, read the
 * stored plan and the cached session, listen for signals, and start the command
 * with the session. The time beyond an empty program is what these steps cost;
 * the time that assume-role needs beyond this program can be saved.
 */
import { BASE_VARIABLES } from "../../lib/command/environment.ts";
import { SIGNAL_MONITOR_SCRIPT } from "../../lib/command/signal_monitor_script.ts";

const SIGNALS = "HUP INT QUIT TERM USR1 USR2 ALRM VTALRM PROF WINCH TSTP CONT"
  .split(" ");
const companion = new Deno.Command("/bin/sh", {
  args: ["-c", SIGNAL_MONITOR_SCRIPT, "assume-role", ...SIGNALS],
  clearEnv: true,
  env: { PATH: "/usr/bin:/bin" },
  stdin: "piped",
  stdout: "piped",
  stderr: "null",
}).spawn();
const ready = companion.stdout.getReader().read();

const env = Deno.env.toObject();
const aws = `${env.HOME}/.aws`;

function read(path: string): string {
  try {
    Deno.lstatSync(path);
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

let project = "";
for (let at = Deno.cwd(); project === ""; at = at.replace(/\/[^/]*$/, "")) {
  project = read(`${at}/assume-role.yaml`);
  if (at === "") break;
}
const texts = [
  project,
  ...["assume-role.yaml", "config", "credentials"]
    .map((name) => read(`${aws}/${name}`)),
];
const bytes = new TextEncoder().encode(JSON.stringify([Deno.args, texts]));
const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
const key = Array.from(hash, (byte) => byte.toString(16).padStart(2, "0"));

const cache = `${aws}/assume-role/cache`;
Deno.lstatSync(cache);
read(`${cache}/plan-${key.join("")}.json`);
const session = Array.from(Deno.readDirSync(cache), ({ name }) => name)
  .find((name) => /^[0-9a-f]{64}\.json$/.test(name));
const { value } = JSON.parse(read(`${cache}/${session}`));
const allowed = new Set(Object.values(BASE_VARIABLES).flat());
const own = Object.fromEntries(
  Object.entries(env).filter(([name]) => allowed.has(name)),
);

await ready;
for (const name of SIGNALS) {
  Deno.addSignalListener(`SIG${name}` as Deno.Signal, () => {});
}
const [program, ...args] = Deno.args;
const child = new Deno.Command(program!, {
  args,
  clearEnv: true,
  env: {
    ...own,
    AWS_ACCESS_KEY_ID: value.accessKeyId,
    AWS_SECRET_ACCESS_KEY: value.secretAccessKey,
    AWS_SESSION_TOKEN: value.sessionToken,
  },
  stdin: "inherit",
  stdout: "inherit",
  stderr: "inherit",
}).spawn();
const told = new TextEncoder().encode(`watch ${child.pid}\n`);
await companion.stdin.getWriter().write(told);
const { code } = await child.status;
companion.kill("SIGKILL");
Deno.exit(code);
