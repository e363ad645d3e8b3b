/** Calls STS with the AWS SDK for JavaScript v3. */
const { STS } = require("@aws-sdk/client-sts");
const { repeat } = require("./calls.cjs");

const sts = new STS();
repeat(() => sts.getCallerIdentity());
