// @ts-types="../types/std_path.d.ts"
import { join } from "@std/path/join";
import {
  makePrivateDirectory,
  readPrivate,
  replaceFile,
} from "../system/files.ts";
import type { Credentials } from "./credentials.ts";

const VERSION = 1;

type Shape<T> = { readonly [K in keyof T]-?: "string" | "number" };

const CREDENTIALS_SHAPE: Shape<Credentials> = {
  accessKeyId: "string",
  secretAccessKey: "string",
  sessionToken: "string",
  expiration: "number",
  roleArn: "string",
  assumedRoleArn: "string",
  obtainedAt: "number",
  clockOffset: "number",
};

/** What is remembered of a caller, so that it need not be asked again. */
export interface CallerMemory {
  readonly arn: string;
  readonly accountId: string;
  /** The MFA device that was used last. */
  readonly mfaSerial?: string;
  /** The ARNs of the roles that wanted MFA. */
  readonly mfaRoles: readonly string[];
}

/**
 * The directory of cache entries: a file each, for its owner alone. Whatever is
 * damaged, foreign or of another version is treated as absent.
 */
export class Store {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  lockPath(key: string): string {
    return join(this.#directory, `${key}.lock`);
  }

  async prepare(): Promise<void> {
    await makePrivateDirectory(this.#directory);
  }

  async loadCredentials(key: string): Promise<Credentials | undefined> {
    const value = await this.#load(key, key);
    return isShaped(value, CREDENTIALS_SHAPE) ? value : undefined;
  }

  async saveCredentials(key: string, credentials: Credentials): Promise<void> {
    await this.#save(key, key, credentials);
  }

  async loadCaller(fingerprint: string): Promise<CallerMemory | undefined> {
    const value = await this.#load(`caller-${fingerprint}`, fingerprint);
    return isCaller(value) ? value : undefined;
  }

  async saveCaller(fingerprint: string, caller: CallerMemory): Promise<void> {
    await this.#save(`caller-${fingerprint}`, fingerprint, caller);
  }

  async #load(name: string, key: string): Promise<unknown> {
    const text = await readPrivate(join(this.#directory, `${name}.json`));
    if (text === undefined) return undefined;
    try {
      const entry = JSON.parse(text);
      return entry?.version === VERSION && entry.key === key
        ? entry.value
        : undefined;
    } catch {
      return undefined; // damaged: as good as absent
    }
  }

  async #save(name: string, key: string, value: unknown): Promise<void> {
    await this.prepare();
    const text = JSON.stringify({ version: VERSION, key, value }, null, 2);
    await replaceFile(
      join(this.#directory, `${name}.json`),
      new TextEncoder().encode(text + "\n"),
    );
  }
}

function isShaped<T>(value: unknown, shape: Shape<T>): value is T {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(shape).every(([key, type]) => {
    const part = (value as Record<string, unknown>)[key];
    return typeof part === type && part !== "" && !Number.isNaN(part);
  });
}

function isCaller(value: unknown): value is CallerMemory {
  if (!isShaped(value, { arn: "string", accountId: "string" })) return false;
  const { mfaSerial, mfaRoles } = value as Partial<CallerMemory>;
  return (mfaSerial === undefined || typeof mfaSerial === "string") &&
    Array.isArray(mfaRoles) &&
    mfaRoles.every((role) => typeof role === "string");
}
