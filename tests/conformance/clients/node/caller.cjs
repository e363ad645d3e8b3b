/** Prints the ARN of the caller that the AWS SDK for JavaScript v2 uses. */
const process = require("node:process");
const { STS } = require("aws-sdk");

const endpoint = process.env.AWS_ENDPOINT_URL; // this SDK does not read the variable
const sts = new STS({ endpoint, maxRetries: 0 });
sts.getCallerIdentity().promise().then(({ Arn }) => process.stdout.write(Arn));
