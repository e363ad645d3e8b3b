/** Calls STS with the AWS SDK for JavaScript v2. */
const process = require("node:process");
const { STS } = require("aws-sdk");
const { repeat } = require("./calls.cjs");

const endpoint = process.env.AWS_ENDPOINT_URL; // this SDK does not read the variable
const sts = new STS({ endpoint, maxRetries: 0 });
repeat(() => sts.getCallerIdentity().promise());
