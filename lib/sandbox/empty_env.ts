/**
 * Empties the environment that Node's modules see. The AWS SDK reads variables
 * while it is loaded, so this module comes before the SDK.
 */
import process from "node:process";

Object.assign(process, { env: {}, noDeprecation: true });

export default process;
