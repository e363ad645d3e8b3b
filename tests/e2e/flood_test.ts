/**
 * A flood of connections to the endpoint of `--server`. `run_all.ts` runs this test alone: under
 * a flood, a client has 50 ms to send its request, and a client on a busy machine needs longer.
 */
import { assertEquals, assertMatch } from "@std/assert";
import {
  argv,
  e2e,
  fixture,
  program,
  quote,
  terminal,
  warm,
  withoutKeyWarning,
} from "../mod.ts";

/** A shell command that requests the credentials, and prints body and status. */
const REQUEST =
  'curl -s -w "%{http_code}\\n" -H "Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN" "$AWS_CONTAINER_CREDENTIALS_FULL_URI"';

e2e(
  "a flood of connections to the endpoint stops neither the endpoint nor the command",
  {
    ...terminal,
    aws: { sessionLife: 8000 },
    home: warm,
  },
  async ({ home }) => {
    const flood = quote(["python3", fixture("flood.py")]);
    const request = REQUEST.replace("curl", "curl -m 20");
    const script =
      `ulimit -n 1024; ${flood} & sleep 2; curl --version >/dev/null && ${request}; wait; ${REQUEST}; exit 7`;
    const result = withoutKeyWarning(
      await home.sh(
        'ulimit -Sn 64; exec "$@"',
        argv`${program()} --server -r admin sh -c ${script}`,
      ),
    );
    assertEquals([result.status, result.stderr], [7, ""]);
    assertMatch(result.stdout, /^(?:\{"AccessKeyId":"ASIA.*\}200\n){2}$/);
  },
);
