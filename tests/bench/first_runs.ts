import { join } from "@std/path/join";
import {
  ADMIN_ARN,
  ALICE,
  argv,
  FakeAws,
  PREFIX,
  SERIAL,
  TestHome,
  WORLD,
} from "../mod.ts";
import {
  barOf,
  compare,
  printRace,
  type Programs,
  REGION,
  type Results,
  type Row,
} from "./contenders.ts";
import type { ChartRow } from "./chart.ts";
import { DistantEndpoint } from "./distant_endpoint.ts";
import { type Contender, race, ratio } from "./race.ts";

const RUN = argv`-r admin true`;
const ROUND_TRIPS_MS = [0, 20, 100];

const PROFILES = `[profile admin]
role_arn = ${ADMIN_ARN}
source_profile = default
[profile deploy]
role_arn = ${PREFIX}deploy
source_profile = default
mfa_serial = ${SERIAL}
`;

/** Measures runs that ask AWS for a session, over TLS, at several round-trip times. */
export async function measureFirstRuns(programs: Programs): Promise<Results> {
  const rows: Row[] = [];
  const bars: ChartRow[] = [];
  for (const roundTripMs of ROUND_TRIPS_MS) {
    await measureAt(roundTripMs, programs, rows, bars);
  }
  return { rows, bars };
}

async function measureAt(
  roundTripMs: number,
  programs: Programs,
  rows: Row[],
  bars: ChartRow[],
): Promise<void> {
  const { source, binary, before, firstRun, firstRunSource, rounds } = programs;
  await using aws = new FakeAws(WORLD, { acceptsUsedCodes: true });
  await using home = new TestHome(aws);
  await using endpoint = await DistantEndpoint.start(
    aws.url,
    home,
    roundTripMs,
  );
  home.writeHome(".aws/config", PROFILES);
  const env = {
    ...REGION,
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_CA_BUNDLE: endpoint.certificate,
  };
  const remove = [join(home.path, ".aws/assume-role")];
  const first = (name: string, program: readonly string[]): Contender => ({
    name,
    words: [...program, ...RUN],
    remove,
  });
  const contenders = [
    {
      name: "the same calls by the SDK",
      words: firstRun ?? firstRunSource,
    },
    ...(binary ? [first("assume-role", binary)] : []),
    ...(before ? [first("assume-role before", before)] : []),
    first("assume-role from source", source),
  ];
  const results = await race(home, contenders, rounds, { env });
  const title = `First run over TLS, round trips of ${roundTripMs} ms`;
  printRace(title, results);
  const reference = results[0]!;
  for (const each of results.slice(1)) {
    rows.push({
      what:
        `first run, round trips of ${roundTripMs} ms, ${each.name}, against the same calls by the SDK, compiled`,
      measured: compare(each, reference),
      ...(each.name === "assume-role" && { bar: "1.15x" }),
    });
    if (each.name !== "assume-role") continue;
    const label = `first run, round trips of ${roundTripMs} ms`;
    bars.push(barOf(label, each, reference, 1.15));
  }
  const code = await aws.code(ALICE);
  await measurePeers(title, { roundTripMs, code, env, home, programs, rows });
}

interface Peers {
  readonly roundTripMs: number;
  /** An MFA code that works in every run. */
  readonly code: string;
  readonly env: Readonly<Record<string, string>>;
  readonly home: TestHome;
  readonly programs: Programs;
  readonly rows: Row[];
}

/** Measures the AWS CLI and the tools of PEERS beside first and cached runs. */
async function measurePeers(
  title: string,
  { roundTripMs, code, env, home, programs, rows }: Peers,
): Promise<void> {
  const { tested, peers, rounds } = programs;
  const hasCli = await home.exec(["aws", "--version"])
    .then(({ status }) => status === 0, () => false);
  const ask = argv`aws --profile admin sts get-caller-identity`;
  const ownCache = [join(home.path, ".aws/cli")];
  const remove = [join(home.path, ".aws/assume-role")];
  const contenders: Contender[] = [
    {
      name: "assume-role, first, with MFA",
      words: [...tested, ...argv`-r deploy --mfa-token ${code} true`],
      remove,
    },
    { name: "assume-role, first", words: [...tested, ...RUN], remove },
    { name: "assume-role, cached", words: [...tested, ...RUN] },
    ...peers.map((peer) => ({
      ...peer,
      words: peer.words.map((word) => word.replace("{code}", code)),
    })),
    ...(hasCli
      ? [
        { name: "AWS CLI with a role, cached", words: ask },
        { name: "AWS CLI with a role, first", words: ask, remove: ownCache },
      ]
      : []),
  ];
  const results = await race(home, contenders, Math.ceil(rounds / 3), { env });
  printRace(`${title}, beside other tools`, results);
  const cached = results.find(({ name }) => name === "assume-role, cached")!;
  for (const each of results) {
    if (each === cached) continue;
    rows.push({
      what:
        `${each.name}, round trips of ${roundTripMs} ms, against a cached run of assume-role`,
      measured: `${ratio(each.wall, cached.wall)}, ${
        each.wall.least.toFixed(0)
      } ms`,
    });
  }
}
