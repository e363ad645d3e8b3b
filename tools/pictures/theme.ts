/** Name of a theme; the names of the files end in it. */
export type ThemeName = "light" | "dark";

/** Tones of boxes, lines and texts. */
export type Tone = "neutral" | "accent" | "good" | "bad" | "warn";

/** Colours of a tone: of text and marks, of a border, and of a surface under text. */
export interface ToneColours {
  readonly text: string;
  readonly border: string;
  readonly surface: string;
}

/** Colours of pictures on a light or a dark page. */
export interface Theme {
  readonly name: ThemeName;
  /** The background of the picture, as that of GitHub's pages. */
  readonly canvas: string;
  readonly text: string;
  readonly muted: string;
  readonly tones: Readonly<Record<Tone, ToneColours>>;
  /** The colours of a terminal that the tool uses, by their number in control sequences. */
  readonly terminal: Readonly<Record<number, string>>;
}

/** The themes of all pictures. */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    name: "light",
    canvas: "#ffffff",
    text: "#1f2328",
    muted: "#59636e",
    tones: {
      neutral: { text: "#59636e", border: "#d1d9e0", surface: "#f6f8fa" },
      accent: { text: "#0550ae", border: "#218bff", surface: "#eef7ff" },
      good: { text: "#116329", border: "#2da44e", surface: "#effcf2" },
      bad: { text: "#a40e26", border: "#e5484d", surface: "#fff4f3" },
      warn: { text: "#7d4e00", border: "#b07d00", surface: "#fffbe3" },
    },
    terminal: { 31: "#a40e26", 32: "#116329", 33: "#7d4e00", 36: "#1b5e68" },
  },
  dark: {
    name: "dark",
    canvas: "#0d1117",
    text: "#f0f6fc",
    muted: "#9198a1",
    tones: {
      neutral: { text: "#9198a1", border: "#3d444d", surface: "#151b23" },
      accent: { text: "#79c0ff", border: "#1f6feb", surface: "#121d2f" },
      good: { text: "#56d364", border: "#238636", surface: "#12261e" },
      bad: { text: "#ff7b72", border: "#da3633", surface: "#25171c" },
      warn: { text: "#e3b341", border: "#9e6a03", surface: "#272115" },
    },
    terminal: { 31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 36: "#56d4dd" },
  },
};

/** Fonts of text; the first that the reader's machine has is used. */
export const SANS =
  "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif";

/** Fonts of code and terminals; in all of them, each character is equally wide. */
export const MONO =
  "ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace";
