/**
 * Takes away what Deno gives a worker without a permission, such as the standard streams,
 * signals, caches, graphics drivers, V8's flags and further workers. This module must be
 * evaluated before every module that may have code of the AWS SDK. SECURITY.md says what
 * this module does not hold.
 */
import nodeProcess from "node:process";
import { guardCallbacks } from "./guard_callbacks.ts";
import {
  KEPT_DENO,
  KEPT_EVENTS,
  KEPT_GLOBALS,
  KEPT_PROCESS,
  LISTENERS,
} from "./kept_names.ts";
import { limitImports } from "./limit_imports.ts";
import { limitSockets } from "./limit_sockets.ts";
import { copyJson, postJson } from "./post_json.ts";
import { reportErrors } from "./report_errors.ts";
import { sealBuiltins } from "./seal_builtins.ts";
import { createTable } from "./table.ts";

type Method = (...args: unknown[]) => unknown;
type Values = Record<string, unknown>;

// The code of the SDK can change the methods of every object. Therefore functions that are
// called later use this function instead of methods.
const { apply } = Reflect;

const realm = globalThis as unknown as Values;
const realProcess = nodeProcess as unknown as
  & Values
  & Readonly<Record<"getBuiltinModule" | "binding", (name: string) => Values>>;

/**
 * Classes of Node's modules that create workers, or reach the terminal or the inspector.
 * The modules themselves can be imported if this version of Deno cannot limit imports.
 */
const REFUSED_CLASSES = {
  worker_threads: ["Worker", "BroadcastChannel"],
  inspector: ["Session"],
  tty: ["ReadStream", "WriteStream"],
};

/** Base class of classes that must not create objects. */
function Refused(): never {
  throw new TypeError("The sandbox of the AWS SDK refuses this object");
}

/** Makes `new` fail for a class, also for code that gets the class in another way. */
function refuseObjects(value: unknown): void {
  if (typeof value !== "function") return;
  // The constructor of a derived class calls the base class.
  Object.setPrototypeOf(value, Refused);
  Object.preventExtensions(value);
}

/**
 * Closes the streams of this worker only: each worker has its own entries for them. On
 * Windows, Node's modules have no such entries, and the system ends a process that closes
 * these file descriptors.
 */
function closeStreams(): void {
  for (const stream of [Deno.stdin, Deno.stdout, Deno.stderr]) stream.close();
  if (Deno.build.os === "windows") return;
  const { closeSync } = realProcess.getBuiltinModule("node:fs");
  for (const fd of [0, 1, 2]) {
    try {
      (closeSync as Method)(fd);
    } catch {
      // In Deno 2.6, Node's modules use the entries that are closed already.
    }
  }
}

function refuseClasses(): void {
  refuseObjects(realm.Worker);
  refuseObjects(realm.BroadcastChannel);
  if (limitImports()) return;
  for (const [name, classes] of Object.entries(REFUSED_CLASSES)) {
    const module = realProcess.getBuiltinModule(`node:${name}`);
    for (const name of classes) refuseObjects(module[name]);
  }
}

/** Removes the properties of an object that are not listed, as far as possible. */
function keepOnly(object: Values, kept: ReadonlySet<string>): void {
  for (const key of Object.getOwnPropertyNames(object)) {
    if (!kept.has(key)) Reflect.deleteProperty(object, key);
  }
}

/** Replaces methods of `process`, so that no code listens for a signal. */
function refuseSignals(): void {
  const kept = createTable(KEPT_EVENTS);
  for (const name of LISTENERS) {
    const listen = realProcess[name] as Method;
    const value = function (this: unknown, event: unknown, action: unknown) {
      if (typeof event !== "string" || !kept[event]) return Refused();
      return apply(listen, this, [event, action]);
    };
    Object.defineProperty(realProcess, name, { value });
    const prototype = Object.getPrototypeOf(realProcess);
    if (Object.hasOwn(prototype, name)) {
      Object.defineProperty(prototype, name, { value });
    }
  }
}

/** Limits `process` and empties its environment. Warnings of the SDK are discarded. */
function limitProcess(): void {
  refuseSignals();
  keepOnly(realProcess, new Set([...KEPT_PROCESS, ...LISTENERS]));
  // The arguments of the command can have secrets.
  for (const name of ["argv", "execArgv"]) {
    (realProcess[name] as unknown[]).length = 0;
  }
  // Node's modules write warnings to these streams.
  const discard = Object.freeze({ write: () => true });
  Object.assign(realProcess, {
    cwd: () => "/",
    emitWarning: () => {},
    env: {},
    noDeprecation: true,
    stderr: discard,
    stdout: discard,
  });
}

function pick(object: Values, names: ReadonlySet<string>): Values {
  return Object.fromEntries(Array.from(names, (name) => [name, object[name]]));
}

function silence(console: Values): unknown {
  const names = Object.keys(console).filter((name) =>
    typeof console[name] === "function"
  );
  return Object.freeze(
    Object.fromEntries(names.map((name) => [name, () => {}])),
  );
}

/**
 * Limits a function of Deno to TCP. Deno ends the process if code uses a socket of a
 * virtual machine.
 */
function onlyTcp(open: Method): Method {
  return (options) => {
    // The getters of the options could return something else the next time.
    const copy = { ...(options as Values) };
    const { transport = "tcp" } = copy;
    if (transport !== "tcp") return Refused();
    return open({ ...copy, transport });
  };
}

/** Replaces the global `Deno`, and removes other global names. */
function limitGlobals(): void {
  const { connect, createHttpClient, listen, permissions } = Deno;
  const limited = Object.freeze({
    ...pick(Deno as unknown as Values, KEPT_DENO),
    connect: onlyTcp(connect as Method),
    listen: onlyTcp(listen as Method),
    permissions: Object.freeze({
      querySync: permissions.querySync.bind(permissions),
    }),
    // Other options could name a proxy or a socket.
    createHttpClient: ({ caCerts }: Deno.CreateHttpClientOptions) =>
      createHttpClient({ ...(caCerts && { caCerts }) }),
  });
  const process = pick(realProcess, KEPT_PROCESS);
  const console = silence(realm.console as Values);
  keepOnly(realm, KEPT_GLOBALS);
  for (
    const [name, value] of Object.entries({
      Deno: limited,
      console,
      process,
      postMessage: postJson,
      structuredClone: copyJson,
    })
  ) {
    Object.defineProperty(realm, name, { value });
  }
}

reportErrors();
guardCallbacks(realProcess);
closeStreams();
limitSockets(realProcess.binding);
refuseClasses();
limitProcess();
limitGlobals();
sealBuiltins();
