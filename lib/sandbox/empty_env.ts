/**
 * What the AWS SDK sees of its surroundings, where it takes what it wants to know
 * of them: an empty environment, before it is loaded.
 */
import process from "node:process";

Object.assign(process, { env: {}, noDeprecation: true });

export default process;
