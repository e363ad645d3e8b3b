// Lists of what the AWS SDK may use. Everything that a list does not name is removed, so
// that a later version of Deno gives the SDK nothing new.

const words = (text: string): ReadonlySet<string> =>
  new Set(text.trim().split(/\s+/));

/**
 * Global names: those of JavaScript, and the parts of the web's API that the SDK needs.
 * `Proxy` is missing because a proxy lets Deno print text of the SDK on stderr, and
 * `FinalizationRegistry` is missing because V8 prints the errors of its callbacks.
 */
export const KEPT_GLOBALS: ReadonlySet<string> = words(`
  AggregateError Array ArrayBuffer AsyncDisposableStack Atomics BigInt BigInt64Array
  BigUint64Array Boolean DataView Date DisposableStack Error EvalError
  Float16Array Float32Array Float64Array Function Infinity Int16Array
  Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object Promise
  RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError
  Symbol SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array
  Uint8ClampedArray WeakMap WeakRef WeakSet decodeURI decodeURIComponent encodeURI
  encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt undefined
  unescape

  AbortController AbortSignal Blob Buffer ByteLengthQueuingStrategy CompressionStream
  CountQueuingStrategy Crypto CryptoKey CustomEvent DOMException DecompressionStream
  ErrorEvent Event EventTarget File FormData Headers MessageEvent PromiseRejectionEvent
  ReadableByteStreamController ReadableStream ReadableStreamBYOBReader
  ReadableStreamBYOBRequest ReadableStreamDefaultController ReadableStreamDefaultReader
  Request Response SubtleCrypto TextDecoder TextDecoderStream TextEncoder
  TextEncoderStream TransformStream TransformStreamDefaultController URL URLSearchParams
  WritableStream WritableStreamDefaultController WritableStreamDefaultWriter
  addEventListener atob btoa clearImmediate clearInterval clearTimeout crypto
  dispatchEvent fetch global onmessage performance postMessage queueMicrotask
  removeEventListener reportError self setImmediate setInterval setTimeout structuredClone
`);

/** Global names that the SDK adds itself. */
export const NEW_GLOBALS: readonly string[] = ["awslambda"];

/**
 * Properties of `Deno` that Node's own modules use. Each function checks a permission at
 * each call, except those for timers.
 */
export const KEPT_DENO: ReadonlySet<string> = words(`
  build connect connectTls env errors gid hostname listen lstat lstatSync osRelease
  readDirSync readLinkSync realPathSync refTimer startTls stat statSync uid unrefTimer
  version
`);

/** Properties of `process`. Node's own modules use some of them. */
export const KEPT_PROCESS: ReadonlySet<string> = words(`
  _events _eventsCount _exiting _fatalException _maxListeners arch argv cwd emit
  emitWarning env execArgv features hasUncaughtExceptionCaptureCallback hrtime nextTick
  noDeprecation platform release setUncaughtExceptionCaptureCallback stderr stdout version
  versions
  geteuid getuid
`);

/** Events of `process` that code may listen to; a signal is an event, too. */
export const KEPT_EVENTS: ReadonlySet<string> = words(`
  beforeExit exit multipleResolves newListener rejectionHandled removeListener
  uncaughtException uncaughtExceptionMonitor unhandledRejection warning
`);

/** Methods of `process` that start to listen for an event; an event can be a signal. */
export const LISTENERS: readonly string[] = [
  "addListener",
  "on",
  "once",
  "prependListener",
  "prependOnceListener",
];

/** Modules of Node that the SDK may import. */
export const KEPT_MODULES: ReadonlySet<string> = words(`
  assert async_hooks buffer crypto events fs fs/promises http http2 https os path process
  querystring stream string_decoder timers url util zlib
`);
