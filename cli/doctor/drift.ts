import type { StepEventMetadata } from "@pulumi/pulumi/automation";

import type { Finding } from "./checks";

const DOMAINS = "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList";

/** What a preview that looks at AWS says would change, as findings. @param steps All that it would do to AWS */
export function checkDrift(stack: string, steps: readonly StepEventMetadata[]): Finding[] {
  const drifted = steps.filter((step) => !isOnlyADot(step));
  return drifted.length === 0
    ? [{ verdict: "good", said: "AWS has the foundation as the program declares it." }]
    : [
        {
          verdict: "mend",
          said: `AWS has ${drifted.length} things of the foundation otherwise than the program declares them (${drifted
            .slice(0, 5)
            .map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`)
            .join(
              ", ",
            )}${drifted.length > 5 ? ", …" : ""}): pulumi preview --refresh --diff --stack ${stack} shows what; pulumi up --refresh puts it back.`,
        },
      ];
}

/**
 * AWS puts a dot behind every name of a domain list, and the provider takes that for another name.
 *
 * Source: hashicorp/terraform-provider-aws, issue 23543.
 */
function isOnlyADot({ type, op, old, new: wanted }: StepEventMetadata): boolean {
  const names = (state: { readonly domains?: unknown } | undefined) =>
    JSON.stringify(
      ((state?.domains ?? []) as readonly string[]).map((name) => name.replace(/\.$/, "")).sort(),
    );
  return type === DOMAINS && op === "update" && names(old?.outputs) === names(wanted?.inputs);
}
