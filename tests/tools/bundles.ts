/** Runs a test with files in a temporary directory, such as the chunks of a bundle. */
export async function withBundle(
  files: Readonly<Record<string, string>>,
  test: (directory: string) => void | Promise<void>,
): Promise<void> {
  const directory = await Deno.makeTempDir({ prefix: "assume-role-test-" });
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${directory}/${name}`, text);
    }
    await test(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
