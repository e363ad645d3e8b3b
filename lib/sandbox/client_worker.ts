/// <reference lib="deno.worker" />
/** Where the AWS SDK calls AWS: a worker that can reach the host that it is to call. */
import "./empty_env.ts"; // before the SDK
import { createAwsClient } from "../aws/client.ts";
import type { ConnectionSettings } from "../aws/sdk.ts";
import { createFetch } from "../system/http_client.ts";
import { serveCalls } from "./serve_calls.ts";

serveCalls((settings: ConnectionSettings) => {
  const fetch = createFetch(settings.caCertificates);
  return { ...createAwsClient({ ...settings, fetch, now: Date.now }) };
});
