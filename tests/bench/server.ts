import { argv, deno, fixture } from "../mod.ts";
import {
  print,
  type Programs,
  REGION,
  type Results,
  type Row,
} from "./contenders.ts";

/** Measures requests to the endpoint of `--server`, by one client and by 50 at once. */
export async function measureServer(
  { home, tested }: Programs,
): Promise<Results> {
  const rows: Row[] = [];
  for (const clients of [1, 50]) {
    const load = [...deno(fixture("server_load.ts")), `${clients}`];
    const { stdout, stderr, status } = await home.exec(
      argv`${tested} --server -E=DENO_DIR -r admin ${load}`,
      { env: REGION },
    );
    if (status !== 0) throw new Error(stderr);
    print(`\nCredentials server, clients: ${clients}: ${stdout.trim()}`);
    rows.push({
      what: `credentials server, clients: ${clients}`,
      measured: stdout.trim(),
      ...(clients === 1 && { bar: "1,000 requests/s, p99 5 ms" }),
    });
  }
  return { rows };
}
