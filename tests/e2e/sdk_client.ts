/**
 * A program on the AWS SDK for JavaScript, as it comes: it asks who it is, five
 * at a time, for as many seconds as it is told to, and prints what came of it.
 */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const end = Date.now() + Number(Deno.args[0]) * 1000;
const client = new STSClient({});
const arns = new Set<string>();
const keys = new Set<string>();
const failures: string[] = [];
let calls = 0;
do {
  await Promise.all(Array.from({ length: 5 }, async () => {
    try {
      const { Arn } = await client.send(new GetCallerIdentityCommand({}));
      arns.add(Arn!);
      keys.add((await client.config.credentials()).accessKeyId);
    } catch (error) {
      failures.push(
        `${error} ${(error as { Message?: string }).Message ?? ""}`,
      );
    }
    calls++;
  }));
  await new Promise((resolve) => setTimeout(resolve, 100));
} while (Date.now() < end);
const result = { arns: [...arns], keys: keys.size, calls, failures };
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(result)));
