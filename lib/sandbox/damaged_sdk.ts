// Pure: no I/O.
import { AssumeRoleError } from "../errors.ts";

/** Creates the error for a message that the SDK cannot have caused. */
export function unexpectedMessage(): AssumeRoleError {
  return damaged("the AWS SDK sent an unexpected message");
}

/** Creates the error for a value that the SDK cannot have got from AWS. */
export function refused(name: string): AssumeRoleError {
  return damaged(`the answer of the AWS SDK has no valid ${name}`);
}

function damaged(reason: string): AssumeRoleError {
  return new AssumeRoleError(`Cannot trust the AWS SDK: ${reason}`, {
    hint:
      "check this installation, for example with 'gh attestation verify': its AWS SDK may be damaged",
  });
}
