/**
 * Calls a function as often as the command line says: the arguments of the program are
 * COUNT SECONDS.
 */
const process = require("node:process");
const { setTimeout: sleep } = require("node:timers/promises");

exports.repeat = async (call) => {
  const [count, seconds] = process.argv.slice(2).map(Number);
  for (let number = 0; number < count; number++) {
    if (number > 0) await sleep(seconds * 1000);
    await call();
  }
};
