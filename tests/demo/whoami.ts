// A program without support for roles: prints its caller identity.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const sts = new STSClient({ region: "us-east-1" });
const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
await Deno.stdout.write(new TextEncoder().encode(`I am ${Arn}\n`));
