/** Prints who the AWS SDK for JavaScript v2 is. */
const process = require("node:process");
const { STS } = require("aws-sdk");

const endpoint = process.env.AWS_ENDPOINT_URL; // which this SDK does not read
const sts = new STS({ endpoint, maxRetries: 0 });
sts.getCallerIdentity().promise().then(({ Arn }) => process.stdout.write(Arn));
