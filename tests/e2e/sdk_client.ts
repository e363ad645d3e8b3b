/**
 * A program on the AWS SDK for JavaScript without settings of its own: it calls
 * GetCallerIdentity, five calls at a time, until it has used as many sessions as
 * its argument says, and prints the results.
 */
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const sessions = Number(Deno.args[0]);
const client = new STSClient({});
const arns = new Set<string>();
const keys = new Set<string>();
const failures: string[] = [];
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
  }));
  await new Promise((resolve) => setTimeout(resolve, 100));
} while (failures.length === 0 && keys.size < sessions);
const result = { arns: [...arns], failures };
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(result)));
