/** The version of Terraform's AWS provider in what it calls itself to AWS; none where it does not say. */
export function providerVersionIn(userAgent: string): string | undefined {
  return /\bterraform-provider-aws\/v?(\d+\.\d+\.\d+)/.exec(userAgent)?.[1];
}

/**
 * Which provider a run was of, and whether users get that one: `@pulumi/aws` N wraps Terraform's AWS
 * provider N - 1, and older ones lack what CONTRIBUTING.md lists.
 *
 * Source: releases of pulumi-aws (7.x: "Upgrade terraform-provider-aws to v6…").
 *
 * @param found The provider's version; none where its plugin does not say.
 * @param sdk The version of `@pulumi/aws` that the program uses.
 */
export function providerTold(found: string | undefined, sdk: string): string {
  const wrapped = majorOf(sdk) - 1;
  const users = `users of @pulumi/aws ${sdk} get ${wrapped}.x`;
  if (found === undefined) {
    return `Which version of Terraform's AWS provider the plugin is, it does not say; ${users}.`;
  }
  return majorOf(found) < wrapped
    ? `The plugin is Terraform's AWS provider ${found}, which is not the one that users get: ${users}. What only that one has was not shown; CONTRIBUTING.md lists it.`
    : `The plugin is Terraform's AWS provider ${found}; ${users}.`;
}

function majorOf(version: string): number {
  return Number(version.split(".")[0]);
}
