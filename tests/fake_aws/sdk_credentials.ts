/** Prints the credentials that the AWS SDK finds; throws if the SDK finds none. */
import { defaultProvider } from "@aws-sdk/credential-provider-node";

const { expiration, ...keys } = await defaultProvider({ maxRetries: 0 })();
const found = { ...keys, expiration: expiration?.getTime() };
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(found)));
