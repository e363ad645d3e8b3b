/**
 * A program that does only what every cached run must do: it finds out which signals are
 * ignored, prepares to forward all other signals, reads and hashes the configuration files,
 * reads the cached session, and starts the command. The difference to an empty program is
 * the price of these features. A run of assume-role that takes longer than this program
 * can be made faster.
 */
import { BASE_VARIABLES } from "../../lib/command/environment.ts";
import { SIGNAL_MONITOR_SCRIPT } from "../../lib/system/signal_monitor_script.ts";

const SIGNALS = "HUP INT QUIT TERM USR1 USR2 ALRM VTALRM PROF WINCH TSTP CONT"
  .split(" ");
const signalMonitor = new Deno.Command("/bin/sh", {
  args: ["-c", SIGNAL_MONITOR_SCRIPT, "assume-role", ...SIGNALS],
  clearEnv: true,
  env: { PATH: "/usr/bin:/bin" },
  stdin: "piped",
  stdout: "piped",
  stderr: "null",
}).spawn();
const ready = signalMonitor.stdout.getReader().read();

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
const allowed = new Set(BASE_VARIABLES.join(" ").split(" "));
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
await signalMonitor.stdin.getWriter().write(told);
const { code } = await child.status;
signalMonitor.kill("SIGKILL");
Deno.exit(code);
