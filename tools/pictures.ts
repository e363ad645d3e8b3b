/** Draws the pictures of the documents into `docs/pictures`: `deno task pictures`. */
import { recordSession } from "../tests/demo/session.ts";
import { drawFlow } from "./pictures/flow.ts";
import { drawPrecedence } from "./pictures/precedence.ts";
import { drawSandbox } from "./pictures/sandbox.ts";
import { drawTerminal } from "./pictures/terminal.ts";
import { type Theme, THEMES } from "./pictures/theme.ts";

/** The text of each file, by its name. */
export type Files = Readonly<Record<string, string>>;

function inThemes(name: string, draw: (theme: Theme) => string): Files {
  return Object.fromEntries(
    Object.values(THEMES).map((theme) => [
      `${name}-${theme.name}.svg`,
      draw(theme),
    ]),
  );
}

/** Draws the diagrams. */
export function drawDiagrams(): Files {
  return {
    ...inThemes("flow", drawFlow),
    ...inThemes("precedence", drawPrecedence),
    ...inThemes("sandbox", drawSandbox),
  };
}

/** Records a session of the demonstration, and draws it. */
export async function drawSession(): Promise<Files> {
  const commands = await recordSession();
  const texts = {
    title: "A session with assume-role",
    summary:
      "A terminal. The first run under a role asks for an MFA code; the later runs use the cached session.",
  };
  return inThemes("session", (theme) => drawTerminal(commands, texts, theme));
}

if (import.meta.main) {
  const directory = new URL("../docs/pictures/", import.meta.url);
  await Deno.mkdir(directory, { recursive: true });
  const files = { ...drawDiagrams(), ...await drawSession() };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(new URL(name, directory), text);
  }
}
