/** What the CLI says of itself, by its own sign, and what there is to do. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /\bspawn \S*pulumi\S* ENOENT\b/,
    "The Pulumi CLI is not on the PATH: install it, or add its folder to the PATH, then run this again.",
  ],
  [
    /PULUMI_ACCESS_TOKEN must be set|this command requires logging in|invalid access token/,
    "Pulumi is not logged in, or its token has expired: pulumi login, with the backend that the audit stack is in (such as s3://…), then run this again.",
  ],
  [
    /\.pulumi\/meta\.yaml.*(credentials|ExpiredToken|InvalidAccessKeyId|AccessDenied|Forbidden)/s,
    "The bucket of Pulumi's state cannot be read with these credentials: log in first (aws sso login, or new credentials of the role), then run this again.",
  ],
  [
    /passphrase must be set|incorrect passphrase/,
    "The stack's secrets are under a passphrase, and it is not this one: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE to it, then run this again.",
  ],
];

/** What Node.js says of a package that is not installed. */
const NO_PACKAGE = /^Cannot find (?:module|package) '([^'.\/][^']*)'/;

/** Why a command failed: in the CLI's own words, where it was the CLI that did. */
export function reasonOf(error: unknown): string {
  const { commandResult, message = String(error) } = (error ?? {}) as {
    readonly commandResult?: { readonly stderr: string };
    readonly message?: string;
  };
  const words = commandResult?.stderr.trim() || message;
  const [, missing] = NO_PACKAGE.exec(words) ?? [];
  if (missing !== undefined) {
    return `The package ${missing} is not installed, as after a pull: npm ci, in the folder of the project, then this again.`;
  }
  return ADVICE.find(([sign]) => sign.test(words))?.[1] ?? words;
}
