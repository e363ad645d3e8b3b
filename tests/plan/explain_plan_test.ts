import { assertEquals } from "@std/assert";
import { SETTING_NAMES } from "../../lib/settings/settings.ts";
import { parseProfiles } from "../../lib/aws/profiles.ts";
import { parseConfig } from "../../lib/config/parse.ts";
import { explainPlan, type Explanation } from "../../lib/plan/explain_plan.ts";
import type { PlanInput } from "../../lib/plan/resolve_hop.ts";

const ROLE = "arn:aws:iam::111111111111:role/admin";
const KEYS = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s" };

function explain(
  options: PlanInput["options"],
  project = "",
  env: Record<string, string> = {},
): Promise<Explanation> {
  return explainPlan({
    options,
    variables: {},
    configs: [parseConfig(project, "project.yaml", "project")],
    profiles: parseProfiles("[default]\nregion = eu-west-3\n", ""),
    env: { ...KEYS, ...env },
    home: undefined,
  });
}

const valueOf = ({ settings }: Explanation, wanted: string) => {
  const { value, source } = settings.find(({ name }) => name === wanted)!;
  return [value, source.kind];
};

Deno.test("explainPlan() lists every setting with its value and source", async () => {
  const found = await explain(
    { role: "admin", mfaToken: "123456", preserveEnv: ["A"] },
    `roles:\n  admin:\n    role_arn: ${ROLE}\n    duration: 2h\nenv_keep: B\n`,
    { AWS_REGION: "eu-west-1" },
  );
  assertEquals(found.settings.map(({ name }) => name), [...SETTING_NAMES]);
  assertEquals(
    ["role", "duration", "region", "mfaToken", "envKeep", "via", "format"]
      .map((name) => valueOf(found, name)),
    [
      ["admin", "option"],
      [7200, "file"],
      ["eu-west-1", "variable"],
      ["123456", "option"],
      [["B"], "file"],
      [undefined, "default"],
      ["env-no-export", "default"],
    ],
  );
});

Deno.test("explainPlan() shows the same defaults with and without a role", async () => {
  const defaults = ({ settings }: Explanation) =>
    settings.filter(({ source }) => source.kind === "default");
  const isRole = ({ name }: { name: string }) => name === "role";
  const without = await explain({});
  assertEquals(
    defaults(await explain({ role: ROLE })),
    defaults(without).filter((setting) => !isRole(setting)),
  );
});

Deno.test("explainPlan() lists the settings even if planning fails", async () => {
  for (const options of [{ role: "nobody" }, { role: ROLE, profile: "no" }]) {
    const found = await explain(options, "duration: 2h\n");
    assertEquals(valueOf(found, "duration"), [7200, "file"]);
    assertEquals([found.plan, found.problem instanceof Error], [
      undefined,
      true,
    ]);
  }
});
