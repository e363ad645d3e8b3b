/**
 * Empties the environment that Node's modules see, and discards warnings of the AWS SDK.
 * This module must be imported before the AWS SDK, because the SDK reads variables while it
 * is loaded.
 */
import process from "node:process";

Object.assign(process, { env: {}, noDeprecation: true });
// Parts of the SDK ignore the given logger, and would print warnings on stderr.
Object.assign(console, { warn: () => {} });

export default process;
