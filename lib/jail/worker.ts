/// <reference lib="deno.worker" />
/**
 * Where the AWS SDK runs: a worker that can reach the hosts it is to call and
 * nothing else. What it is told comes by message, and so does what it finds.
 */
import process from "node:process";
import type { AwsClient } from "../aws/client.ts";
import type { ConnectionSettings } from "../aws/sdk.ts";
import { createFetch } from "../system/http.ts";
import { type Call, type Purpose, toFailure } from "./protocol.ts";

let purpose: Purpose | undefined;
let client: Promise<AwsClient> | undefined;

self.onmessage = async ({ data }: MessageEvent<Purpose | Call>) => {
  if ("kind" in data) {
    purpose = data;
    // The SDK takes what it wants to know of its surroundings from here.
    const env = data.kind === "base" ? { ...data.query.env } : {};
    Object.assign(process, { env, noDeprecation: true });
    // It takes a while to load, and a call is sure to come.
    if (data.kind === "client") client = loadClient(data.settings);
    return;
  }
  const { id } = data;
  try {
    self.postMessage({ id, output: await answer(data) });
  } catch (error) {
    self.postMessage({ id, failure: toFailure(error) });
  }
};

async function answer({ method, input }: Call): Promise<unknown> {
  if (purpose?.kind === "base") {
    const { findBaseCredentials } = await import("../aws/find_base.ts");
    const { query } = purpose;
    const fetch = createFetch(query.caCertificates);
    return await findBaseCredentials({ ...query, fetch, now: Date.now });
  }
  if (purpose === undefined || method === "findBase") {
    throw new Error("this is not what it is for");
  }
  const call = (await client)![method] as (input: unknown) => Promise<unknown>;
  return await call(input);
}

async function loadClient(settings: ConnectionSettings): Promise<AwsClient> {
  const { createAwsClient } = await import("../aws/client.ts");
  return createAwsClient({
    ...settings,
    fetch: createFetch(settings.caCertificates),
    now: Date.now,
  });
}
