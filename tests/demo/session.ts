/** Records a session on a terminal, which the pictures `docs/pictures/session-*.svg` show. */
import { join } from "@std/path/join";
import { PERMISSION_FLAGS } from "../../tools/permissions.ts";
import { quote, TestHome } from "../e2e/test_home.ts";
import { FakeAws } from "../fake_aws/server.ts";
import { ALICE, type World } from "../fake_aws/world.ts";
import { START_MS } from "./fixed_clock.ts";

const HERE = import.meta.dirname!;

const WORLD: World = {
  users: [ALICE],
  roles: [
    {
      arn: "arn:aws:iam::111111111111:role/admin",
      trusts: ["arn:aws:iam::111111111111:user/alice"],
      requiresMfa: true,
    },
    {
      arn: "arn:aws:iam::222222222222:role/deploy",
      trusts: ["arn:aws:iam::111111111111:role/admin"],
    },
  ],
};

const PROJECT_FILE = `roles:
  admin: arn:aws:iam::111111111111:role/admin
  prod:
    role_arn: arn:aws:iam::222222222222:role/deploy
    via: admin
`;

/** A command of the session, as the user types it. */
export interface Step {
  readonly command: string;
  /** The question that the user answers with the code of the MFA device. */
  readonly question?: string;
  /** Minutes on the tool's clock since the first command. */
  readonly minute: number;
}

/** The commands of the session. */
export const STEPS: readonly Step[] = [
  { command: "cat assume-role.yaml", minute: 0 },
  {
    command: "assume-role -r prod ./deploy.sh",
    question: "MFA code for alice (role admin): ",
    minute: 0,
  },
  {
    command: "assume-role -r prod ./deploy.sh  # cached: no question",
    minute: 5,
  },
  { command: "assume-role --list", minute: 6 },
];

/** A command of the session, and everything that the terminal showed. */
export interface RecordedStep {
  readonly command: string;
  /** The output with the terminal's control sequences. */
  readonly text: string;
}

/**
 * Runs the commands of the session on a pseudo-terminal against a fake AWS.
 *
 * @throws {Error} If a command fails.
 */
export async function recordSession(): Promise<readonly RecordedStep[]> {
  await using aws = new FakeAws(WORLD, {
    // The clock of the fake AWS stands still, too.
    get clockOffset() {
      return START_MS - Date.now();
    },
  });
  await using home = new TestHome(aws);
  const { PATH } = home.env;
  writePrograms(home);
  home.writeHome(".aws/config", "[default]\nregion = eu-west-1\n");
  home.write("assume-role.yaml", PROJECT_FILE);
  const recorded: RecordedStep[] = [];
  for (const { command, question, minute } of STEPS) {
    const code = `${await aws.code(ALICE)}\n`;
    const { status, stdout } = await home.play(
      ["sh", "-c", command],
      question === undefined ? [] : [[question, code]],
      {
        env: {
          PATH: `${join(home.path, "bin")}:${PATH}`,
          TERM: "xterm-256color",
          NO_COLOR: "",
          DEMO_MINUTES: `${minute}`,
        },
      },
    );
    if (status !== 0) throw new Error(`Cannot record '${command}': ${stdout}`);
    recorded.push({ command, text: stdout });
  }
  return recorded;
}

/** Writes the programs of the session, of which the clock stands still. */
function writePrograms(home: TestHome): void {
  const deno = (permissions: readonly string[], program: string) =>
    quote([
      Deno.execPath(),
      "run",
      "--quiet",
      ...permissions,
      "--preload",
      join(HERE, "stop_clock.ts"),
      join(HERE, program),
    ]);
  const main = deno(PERMISSION_FLAGS, "../../main.ts");
  const whoami = deno(["-A"], "whoami.ts");
  const programs = [
    home.writeHome("bin/assume-role", `#!/bin/sh\nexec ${main} "$@"\n`),
    home.write(
      "deploy.sh",
      `#!/bin/sh\narn=$(${whoami}) && echo "Deploying as \${arn#I am }"\n`,
    ),
  ];
  for (const path of programs) Deno.chmodSync(path, 0o700);
}
