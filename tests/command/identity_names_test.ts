import { assert, assertEquals } from "@std/assert";
import {
  buildEnvironment,
  IDENTITY_VARIABLES,
} from "../../lib/command/environment.ts";
import { identityNames } from "../../lib/command/identity_names.ts";

Deno.test("identityNames() lists every name of the table, and known names of the patterns in the table", () => {
  const names = identityNames({}, false);
  const listed = IDENTITY_VARIABLES.join(" ").split(" ")
    .filter((name) => !/[*]|^ASSUME_ROLE_|_DIFF$/.test(name));
  for (const name of listed) assert(names.includes(name), name);
  // Each other name matches a pattern: a command never gets the variable.
  const others = names.filter((name) => !listed.includes(name));
  assert(others.includes("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
  const { forbidden } = buildEnvironment({
    env: Object.fromEntries(others.map((name) => [name, "x"])),
    preserve: { all: false, named: [], patterns: [] },
    credentialVariables: {},
    roleArn: undefined,
    region: undefined,
    ignoreCase: false,
  });
  assertEquals(forbidden, others.toSorted());
  assertEquals(names.length, new Set(names).size);
});

Deno.test("identityNames() adds the variables of the environment that match a pattern, if a shell can have the name", () => {
  const env = {
    AWS_DEV_PROFILE: "x",
    AWS_Token: "x",
    "AWS_$(touch x)_PROFILE": "x",
    "AWS_a b_PROFILE": "x",
    AWS_REGION: "x",
    PATH: "x",
  };
  const known = identityNames({}, false);
  assertEquals(
    identityNames(env, false).filter((name) => !known.includes(name)),
    ["AWS_DEV_PROFILE", "AWS_Token"],
  );
});

Deno.test("identityNames() leaves out variables that alone give no identity, because later runs need them", () => {
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: "x",
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "x",
    AWS_CONTAINER_AUTHORIZATION_TOKEN: "x",
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "x",
    ASSUME_ROLE_MFA_TOKEN: "x",
    ASSUME_ROLE_SESSION: "x",
    ASSUME_ROLE_ROLE: "x",
    AWS_LOGIN_CACHE_DIRECTORY: "x",
    DIRENV_DIFF: "x",
    __MISE_DIFF: "x",
  };
  assertEquals(
    identityNames(env, false).filter((name) => Object.hasOwn(env, name)),
    [],
  );
});
