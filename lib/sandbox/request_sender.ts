import { fetchWhole, noAnswer } from "../aws/fetch.ts";
import { hostsOf } from "../aws/hosts.ts";
import { TIMEOUTS } from "../aws/retry.ts";
import type { ConnectionSettings } from "../aws/sdk_interface.ts";
import { createFetch } from "../system/http_client.ts";
import { refuseDeniedHosts } from "../system/net_permission.ts";
import { checkDestination, type Destination } from "./check_request.ts";
import type { SdkAnswer, SdkRequest } from "./rpc.ts";

/**
 * Sends the requests of a worker to STS or IAM. The worker itself has no network, so that its
 * code can reach only this service.
 */
export class RequestSender {
  readonly #destination: Destination;
  readonly #fetch: typeof fetch;
  readonly #stop = new AbortController();

  /**
   * Creates a sender for a service.
   *
   * @throws {ConfigError} If this process may not connect to the service
   */
  constructor(service: "sts" | "iam", settings: ConnectionSettings) {
    const hosts = hostsOf(service, settings);
    refuseDeniedHosts(hosts);
    const configured = settings[service];
    const { protocol, host } = new URL(configured ?? "https://host");
    this.#destination = {
      protocol,
      hosts: configured === undefined ? hosts : [host],
    };
    this.#fetch = createFetch(settings.caCertificates, this.#stop.signal);
  }

  /**
   * Sends a request, and returns the answer, or the error if there is no answer.
   *
   * @throws {AssumeRoleError} If the request goes to another service
   */
  async send(
    { request: answer, method, url, headers, body }: SdkRequest,
  ): Promise<SdkAnswer> {
    checkDestination(url, this.#destination);
    try {
      const request = new Request(url, {
        method,
        body,
        headers: headers.flatMap(([name, value]) =>
          name === "host" ? [] : [[name, value]] // `fetch` sets this header itself
        ),
      });
      const response = await fetchWhole(
        this.#fetch,
        request,
        TIMEOUTS.attemptMs,
      );
      return {
        answer,
        result: {
          status: response.status,
          headers: [...response.headers],
          body: await response.text(),
        },
      };
    } catch (error) {
      const { name } = error as Error;
      const { message } = noAnswer(error);
      return { answer, result: { error: { name, message } } };
    }
  }

  /** Ends all requests, and closes their connections. */
  stop(): void {
    this.#stop.abort();
  }
}
