/** Files that hold sign-ins of the AWS CLI, and the sections of `~/.aws/config` for them. */
import { generateKeyPairSync } from "node:crypto";
import { join } from "@std/path/join";
import { PREFIX } from "../identifiers.ts";
import type { TestHome } from "./test_home.ts";

/** The role that signs in with `aws login`. */
export const LOGIN_ARN = `${PREFIX}console`;

/** The key that proves the possession of a token of `aws login`. */
export const DPOP_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "sec1", format: "pem" }) as string;

/** Formats a profile of IAM Identity Center, and the section of its session. */
export function ssoConfig(
  session: string,
  header: string,
  profile = "reader",
): string {
  return `[profile ${profile}]\nsso_session = ${session}\nsso_account_id = 111111111111\nsso_role_name = Reader\n` +
    `[${header}]\nsso_region = us-east-1\nsso_start_url = https://example.awsapps.com/start\n`;
}

/** Formats a time as the AWS CLI does. */
function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+/, "");
}

async function nameOf(algorithm: string, session: string): Promise<string> {
  const bytes = new TextEncoder().encode(session);
  const hash = await crypto.subtle.digest(algorithm, bytes);
  return `${new Uint8Array(hash).toHex()}.json`;
}

/** Saves a token of `aws sso login` as the AWS CLI does; returns the path in the home. */
export async function saveSsoToken(
  home: TestHome,
  session: string,
  expiration: number,
  refreshToken = "the-refresh-token",
): Promise<string> {
  const path = `.aws/sso/cache/${await nameOf("SHA-1", session)}`;
  home.writeHome(
    path,
    `{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "accessToken": "the-portal-token", "expiresAt": "${
      formatTime(expiration)
    }", "clientId": "the-client", "clientSecret": "the-client-secret", "registrationExpiresAt": "2099-01-01T00:00:00Z", "refreshToken": "${refreshToken}"}`,
  );
  return path;
}

/** Returns the path of a token of `aws login`, relative to the home. */
export async function loginPath(
  directory = ".aws/login/cache",
  session = LOGIN_ARN,
): Promise<string> {
  return join(directory, await nameOf("SHA-256", session));
}

/** Saves a token of `aws login` as the AWS CLI does. */
export function saveLoginToken(
  home: TestHome,
  path: string,
  expiration: number,
  more: Readonly<Record<string, unknown>> = {},
  keys: Readonly<Record<string, string>> = {
    accessKeyId: "ASIAOLD",
    secretAccessKey: "old",
    sessionToken: "old",
  },
): void {
  home.writeHome(
    path,
    JSON.stringify({
      accessToken: {
        ...keys,
        accountId: "111111111111",
        expiresAt: formatTime(expiration),
      },
      tokenType: "aws_sigv4",
      refreshToken: "the-refresh-token",
      idToken: "the-id-token",
      clientId: "arn:aws:signin:::devtools/same-device",
      dpopKey: DPOP_KEY,
      ...more,
    }),
  );
}
