// Pure: no I/O.

/**
 * Creates a function that tells whether a variable can decide which credentials programs
 * print: a variable that their command lines name, or a setting of a well-known program.
 * Passwords and codes decide nothing.
 */
export function processVariables(commands: string): (name: string) => boolean {
  const named: readonly string[] =
    commands.toUpperCase().match(/(?<=[$%]\{?)\w+/g) ?? [];
  return (name) =>
    named.includes(name.toUpperCase()) ||
    /^(AWS_VAULT|GRANTED|OKTA|OP|SAML2AWS|VAULT)_(?!.*(PASS|SESSION|MFA_TOKEN))/
      .test(name);
}
