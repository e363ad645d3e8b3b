/**
 * The functions of Windows that the tests call directly. Can be imported on Windows only, and
 * needs all permissions.
 *
 * @module
 */
import { kernel } from "./kernel.ts";
import { address, bytes, wide } from "./memory.ts";
import type { Streams } from "./requests.ts";

const EXTENDED_STARTUPINFO_PRESENT = 0x80000;
const CREATE_UNICODE_ENVIRONMENT = 0x400;
const PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE = 0x20016n;
const STARTF_USESTDHANDLES = 0x100;
const INFINITE = 0xffffffff;
const GENERIC_READ_AND_WRITE = 0xc0000000;
const SHARE_READ_AND_WRITE = 3;
const OPEN_EXISTING = 3;
const OPEN_ALWAYS = 4;
const CTRL_C_EVENT = 0;
const KEY_EVENT = 1;
const LEFT_CTRL_PRESSED = 8;
/** Virtual key codes of keys without a printable character. */
const KEY_CODES: Readonly<Record<string, number>> = {
  "\b": 0x08,
  "\r": 0x0d,
  "\x1b": 0x1b,
  "\x03": 0x43, // Ctrl-C
};

/** A handle of Windows. */
export type Handle = bigint;

/** A process that was started. */
export interface Process {
  readonly pid: number;
  /** Resolves to the exit status when the process ends. */
  readonly status: Promise<number>;
  /** Ends the process and all processes that it started. */
  readonly terminate: () => void;
}

/** Creates a console that is not visible. */
export function createConsole(columns: number, rows: number): {
  /** Starts a process on the console; the streams are not those of the console. */
  readonly start: (
    argv: readonly string[],
    env: Readonly<Record<string, string>>,
    cwd: string,
  ) => Process;
  /** Reads what the console shows; `undefined` after the console was closed. */
  readonly read: () => Promise<Uint8Array | undefined>;
  readonly close: () => Promise<void>;
} {
  const [inputRead, inputWrite] = createPipe();
  const [outputRead, outputWrite] = createPipe();
  const console = new BigUint64Array(1);
  const size = columns | rows << 16;
  const result = kernel.CreatePseudoConsole(
    size,
    inputRead,
    outputWrite,
    0,
    bytes(console),
  );
  if (result !== 0) throw new Error(`CreatePseudoConsole: ${result}`);
  const count = new Uint32Array(1);
  const chunk = new Uint8Array(4096);
  return {
    start: (argv, env, cwd) => {
      const attributes = createAttributes(console[0]!);
      const startup = new DataView(new ArrayBuffer(112)); // STARTUPINFOEXW
      startup.setUint32(0, 112, true);
      // Without this flag, the program would get the streams of this process.
      startup.setUint32(60, STARTF_USESTDHANDLES, true);
      startup.setBigUint64(104, address(attributes), true);
      const flags = EXTENDED_STARTUPINFO_PRESENT | CREATE_UNICODE_ENVIRONMENT;
      const block = Object.entries(env)
        .map(([name, value]) => `${name}=${value}\0`).join("");
      return createProcess(argv, startup, flags, wide(block), wide(cwd));
    },
    read: async () =>
      await kernel.ReadFile(
          outputRead,
          chunk,
          chunk.length,
          bytes(count),
          null,
        ) === 0
        ? undefined
        : chunk.subarray(0, count[0]),
    close: async () => {
      [inputRead, outputWrite].forEach((pipe) => kernel.CloseHandle(pipe));
      await kernel.ClosePseudoConsole(console[0]!);
      kernel.CloseHandle(inputWrite);
    },
  };
}

/** Starts a process on the console of this process. */
export function startOnConsole(
  argv: readonly string[],
  { stdin = "CONIN$", stdout = "CONOUT$", stderr = "CONOUT$" }: Streams,
): Process {
  const startup = new DataView(new ArrayBuffer(104)); // STARTUPINFOW
  startup.setUint32(0, 104, true);
  startup.setUint32(60, STARTF_USESTDHANDLES, true);
  startup.setBigUint64(80, openInheritable(stdin), true);
  startup.setBigUint64(88, openInheritable(stdout), true);
  startup.setBigUint64(96, openInheritable(stderr), true);
  return createProcess(argv, startup, 0, null, null);
}

/** Presses Ctrl-C on the console of this process. */
export function pressCtrlC(): void {
  check(
    "GenerateConsoleCtrlEvent",
    kernel.GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0),
  );
}

/** Types a text on the console of this process. */
export function typeKeys(text: string): void {
  const input = openInheritable("CONIN$");
  const records = new DataView(new ArrayBuffer(20 * text.length)); // INPUT_RECORD
  for (let at = 0; at < text.length; at++) {
    const record = 20 * at;
    const unit = text.charCodeAt(at);
    records.setUint16(record, KEY_EVENT, true);
    records.setUint32(record + 4, 1, true); // the key goes down
    records.setUint16(record + 8, 1, true);
    records.setUint16(record + 10, KEY_CODES[text[at]!] ?? 0, true);
    records.setUint16(record + 14, unit, true);
    records.setUint32(record + 16, unit === 3 ? LEFT_CTRL_PRESSED : 0, true);
  }
  const count = new Uint32Array(1);
  const success = kernel.WriteConsoleInputW(
    input,
    bytes(records),
    text.length,
    bytes(count),
  );
  check("WriteConsoleInput", success);
  kernel.CloseHandle(input);
}

/** Opens a file so that nobody can replace the file; returns a function that closes the file. */
export function holdFile(path: string): () => void {
  const file = openInheritable(path);
  return () => void kernel.CloseHandle(file);
}

/** Returns the mode of the input of this process's console. */
export function inputMode(): number {
  const mode = new Uint32Array(1);
  const input = openInheritable("CONIN$");
  check("GetConsoleMode", kernel.GetConsoleMode(input, bytes(mode)));
  kernel.CloseHandle(input);
  return mode[0]!;
}

function createPipe(): [read: Handle, write: Handle] {
  const [read, write] = [new BigUint64Array(1), new BigUint64Array(1)];
  check("CreatePipe", kernel.CreatePipe(bytes(read), bytes(write), null, 0));
  return [read[0]!, write[0]!];
}

/** Opens a file for a process that is started later. */
function openInheritable(path: string): Handle {
  const security = new DataView(new ArrayBuffer(24)); // SECURITY_ATTRIBUTES
  security.setUint32(0, 24, true);
  security.setUint32(16, 1, true); // bInheritHandle
  const isDevice = /^(CONIN\$|CONOUT\$|NUL)$/.test(path);
  const handle = kernel.CreateFileW(
    wide(path),
    GENERIC_READ_AND_WRITE,
    SHARE_READ_AND_WRITE,
    bytes(security),
    isDevice ? OPEN_EXISTING : OPEN_ALWAYS,
    0,
    0n,
  );
  check(`CreateFile ${path}`, handle === 0xffffffffffffffffn ? 0 : 1);
  return handle;
}

function createAttributes(pseudoConsole: Handle): Uint8Array<ArrayBuffer> {
  const length = new BigUint64Array(1);
  kernel.InitializeProcThreadAttributeList(null, 1, 0, bytes(length));
  const attributes = new Uint8Array(Number(length[0]));
  const list = kernel.InitializeProcThreadAttributeList(
    attributes,
    1,
    0,
    bytes(length),
  );
  check("InitializeProcThreadAttributeList", list);
  const update = kernel.UpdateProcThreadAttribute(
    attributes,
    0,
    PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE,
    pseudoConsole,
    8n,
    null,
    null,
  );
  check("UpdateProcThreadAttribute", update);
  return attributes;
}

function createProcess(
  argv: readonly string[],
  startup: DataView<ArrayBuffer>,
  flags: number,
  env: Uint8Array<ArrayBuffer> | null,
  cwd: Uint8Array<ArrayBuffer> | null,
): Process {
  const started = new DataView(new ArrayBuffer(24)); // PROCESS_INFORMATION
  const success = kernel.CreateProcessW(
    null,
    wide(argv.map(quoteWord).join(" ")),
    null,
    null,
    1,
    flags,
    env,
    cwd,
    bytes(startup),
    bytes(started),
  );
  check(`CreateProcess ${argv[0]}`, success);
  const handle = started.getBigUint64(0, true);
  // The processes that this process starts are in the same job.
  const job = kernel.CreateJobObjectW(null, null);
  check("AssignProcess", kernel.AssignProcessToJobObject(job, handle));
  return {
    pid: started.getUint32(16, true),
    terminate: () => kernel.TerminateJobObject(job, 1),
    status: (async () => {
      await kernel.WaitForSingleObject(handle, INFINITE);
      const status = new Int32Array(1);
      kernel.GetExitCodeProcess(handle, bytes(status));
      return status[0]!;
    })(),
  };
}

/** Quotes a word by the rules of the C runtime (`CommandLineToArgvW`). */
function quoteWord(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  const escaped = word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, "$&$&");
  return `"${escaped}"`;
}

function check(task: string, success: number): void {
  if (success === 0) throw new Error(`${task}: ${kernel.GetLastError()}`);
}
