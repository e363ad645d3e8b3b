// The demo's authenticator app: prints the code that alice's phone shows now.
import { stepAt, totp } from "../fake_aws/totp.ts";

const secret = await Deno.readTextFile(Deno.args[0]!);
const code = await totp(secret, stepAt(Date.now()));
await Deno.stdout.write(new TextEncoder().encode(`${code}\n`));
