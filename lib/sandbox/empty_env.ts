/**
 * Empties the environment that Node's modules see. This module must be imported
 * before the AWS SDK, because the SDK reads variables while it is loaded.
 */
import process from "node:process";

Object.assign(process, { env: {}, noDeprecation: true });

export default process;
