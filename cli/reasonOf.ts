/** Why a command failed: in the CLI's own words, where it was the CLI that did. */
export function reasonOf(error: unknown): string {
  const { commandResult, message = String(error) } = (error ?? {}) as {
    readonly commandResult?: { readonly stderr: string };
    readonly message?: string;
  };
  const words = commandResult?.stderr.trim() || message;
  return /\bspawn \S*pulumi\S* ENOENT\b/.test(words)
    ? "The Pulumi CLI is not on the PATH: install it, or add its folder to the PATH, then run this again."
    : words;
}
