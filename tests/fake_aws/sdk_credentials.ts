/** Writes what the AWS SDK finds; why it finds nothing is an uncaught error. */
import { defaultProvider } from "@aws-sdk/credential-provider-node";

const { expiration, ...keys } = await defaultProvider({ maxRetries: 0 })();
const found = { ...keys, expiration: expiration?.getTime() };
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(found)));
