import { type CaptureOptions, captureProgram } from "./capture_program.ts";
import type { Answer } from "./terminal.ts";

type Env = Readonly<Record<string, string>>;

/** A question for a window. */
interface WindowQuestion {
  readonly text: string;
  /** Whether the window hides what the user types. */
  readonly hides: boolean;
}

/** A program that asks in a window, and prints the answer. */
interface WindowProgram {
  readonly name: string;
  readonly words: readonly string[];
}

const TITLE = "assume-role";

/** AppleScript that asks for the text that its first argument names. */
const APPLE_SCRIPT = (hides: boolean) => [
  "on run argv",
  `text returned of (display dialog (item 1 of argv) with title "${TITLE}" default answer ""${
    hides ? " with hidden answer" : ""
  })`,
  "end run",
];

/** The variable that has the question for PowerShell, which would read an argument as code. */
const QUESTION_VARIABLE = "ASSUME_ROLE_QUESTION";

/** PowerShell script that asks in a window; the exit status is 1 if the user cancels. */
const POWERSHELL_SCRIPT = (hides: boolean) =>
  `Add-Type -AssemblyName System.Windows.Forms
$form = New-Object Windows.Forms.Form -Property @{ Text = '${TITLE}'; AutoSize = $true; TopMost = $true; StartPosition = 'CenterScreen' }
$panel = New-Object Windows.Forms.FlowLayoutPanel -Property @{ AutoSize = $true; FlowDirection = 'TopDown' }
$label = New-Object Windows.Forms.Label -Property @{ Text = $env:${QUESTION_VARIABLE}; AutoSize = $true }
$box = New-Object Windows.Forms.TextBox -Property @{ UseSystemPasswordChar = $${hides}; Width = 300 }
$button = New-Object Windows.Forms.Button -Property @{ Text = 'OK'; DialogResult = 'OK' }
$panel.Controls.AddRange(@($label, $box, $button))
$form.Controls.Add($panel)
$form.AcceptButton = $button
if ($form.ShowDialog() -ne 'OK') { exit 1 }
[Console]::Out.Write($box.Text)`;

/** Matches what programs print if they cannot reach the display. */
const NO_DISPLAY = /(?:cannot open|could not connect to|no) display/i;

/** Lists the programs of an operating system that can ask, the most suitable first. */
export function windowPrograms(
  { text, hides }: WindowQuestion,
  env: Env,
  os: string = Deno.build.os,
): readonly WindowProgram[] {
  if (os === "darwin") {
    const lines = APPLE_SCRIPT(hides).flatMap((line) => ["-e", line]);
    return [{ name: "osascript", words: ["osascript", ...lines, text] }];
  }
  if (os === "windows") {
    const options = ["-NoProfile", "-NonInteractive", "-STA", "-Command"];
    return [{
      name: "PowerShell",
      words: ["powershell", ...options, POWERSHELL_SCRIPT(hides)],
    }];
  }
  const zenity = {
    name: "zenity",
    words: [
      "zenity",
      "--entry",
      ...(hides ? ["--hide-text"] : []),
      `--title=${TITLE}`,
      `--text=${escapeMarkup(text)}`,
    ],
  };
  const kdialog = {
    name: "kdialog",
    words: [
      "kdialog",
      "--title",
      TITLE,
      hides ? "--password" : "--inputbox",
      text,
    ],
  };
  const isKde = /(?:^|:)KDE(?::|$)/i.test(env.XDG_CURRENT_DESKTOP ?? "");
  return isKde ? [kdialog, zenity] : [zenity, kdialog];
}

/**
 * Asks a question in a window: with `zenity` or `kdialog`, on macOS with `osascript`, and on
 * Windows with PowerShell. The user's environment names the display.
 *
 * @throws {InterruptedError} If a signal ended the wait
 */
export async function askInWindow(
  text: string,
  typed: "hide" | "show",
  env: Env,
  options: Pick<CaptureOptions, "ignored">,
): Promise<Answer> {
  const { os } = Deno.build;
  const hasDisplay = os === "darwin" || os === "windows" || env.DISPLAY ||
    env.WAYLAND_DISPLAY;
  if (!hasDisplay) {
    return {
      kind: "no terminal",
      reason:
        "there is no terminal to ask on, and no display for a window (DISPLAY, WAYLAND_DISPLAY)",
    };
  }
  const question = { text: text.trim(), hides: typed === "hide" };
  const programs = windowPrograms(question, env);
  for (const { name, words } of programs) {
    let errors = "";
    const { status, stdout, notStarted } = await captureProgram(
      words,
      { ...env, [QUESTION_VARIABLE]: question.text },
      { ...options, onStderr: (text) => errors += text },
    );
    if (notStarted !== undefined) continue;
    if (status === 0) {
      return { kind: "answer", text: stdout.replace(/\r?\n$/, "") };
    }
    if (status === 1 && !NO_DISPLAY.test(errors)) return { kind: "cancelled" };
    const reason = NO_DISPLAY.test(errors)
      ? `${name} cannot open the display`
      : `${name} ended with status ${status}`;
    return { kind: "no terminal", reason: `${reason}, so there is no window` };
  }
  const names = programs.map(({ name }) => name).join(" or ");
  return {
    kind: "no terminal",
    reason: "there is no terminal to ask on, and no program for a window",
    missing: names,
  };
}

/** Escapes a text for zenity, which reads the text as Pango markup. */
function escapeMarkup(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
