/** The functions of `kernel32.dll` that the tests call. */
export const kernel = Deno.dlopen("kernel32.dll", {
  CreatePipe: {
    parameters: ["buffer", "buffer", "pointer", "u32"],
    result: "i32",
  },
  CreatePseudoConsole: {
    parameters: ["u32", "u64", "u64", "u32", "buffer"],
    result: "i32",
  },
  ClosePseudoConsole: {
    parameters: ["u64"],
    result: "void",
    nonblocking: true,
  },
  InitializeProcThreadAttributeList: {
    parameters: ["buffer", "u32", "u32", "buffer"],
    result: "i32",
  },
  UpdateProcThreadAttribute: {
    parameters: ["buffer", "u32", "u64", "u64", "u64", "pointer", "pointer"],
    result: "i32",
  },
  CreateProcessW: {
    parameters: [
      "pointer",
      "buffer",
      "pointer",
      "pointer",
      "i32",
      "u32",
      "buffer",
      "buffer",
      "buffer",
      "buffer",
    ],
    result: "i32",
  },
  WaitForSingleObject: {
    parameters: ["u64", "u32"],
    result: "u32",
    nonblocking: true,
  },
  CreateJobObjectW: { parameters: ["pointer", "pointer"], result: "u64" },
  AssignProcessToJobObject: { parameters: ["u64", "u64"], result: "i32" },
  TerminateJobObject: { parameters: ["u64", "u32"], result: "i32" },
  GetExitCodeProcess: { parameters: ["u64", "buffer"], result: "i32" },
  CreateFileW: {
    parameters: ["buffer", "u32", "u32", "buffer", "u32", "u32", "u64"],
    result: "u64",
  },
  ReadFile: {
    parameters: ["u64", "buffer", "u32", "buffer", "pointer"],
    result: "i32",
    nonblocking: true,
  },
  CloseHandle: { parameters: ["u64"], result: "i32" },
  WriteConsoleInputW: {
    parameters: ["u64", "buffer", "u32", "buffer"],
    result: "i32",
  },
  GenerateConsoleCtrlEvent: { parameters: ["u32", "u32"], result: "i32" },
  GetConsoleMode: { parameters: ["u64", "buffer"], result: "i32" },
  GetLastError: { parameters: [], result: "u32" },
}).symbols;
