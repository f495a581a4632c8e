import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { Tags } from "../tags";

/** Inputs to {@link DnsFirewall}. */
export interface DnsFirewallArgs {
  readonly vpcId: pulumi.Input<string>;

  /** Names that may be looked up; `*.` in front stands for every name below. */
  readonly allowedDomains: readonly string[];
  readonly tags: Tags;
}

/**
 * Lets the VPC look up these names and no others. The Route 53 resolver is a way out that security
 * groups and network ACLs do not see: a look-up of `<data>.attacker.example` carries data.
 */
export class DnsFirewall extends pulumi.ComponentResource {
  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the firewall.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(name: string, args: DnsFirewallArgs, opts?: pulumi.ComponentResourceOptions) {
    super("cleanroom:network:DnsFirewall", name, {}, opts);
    const { vpcId, tags } = args;
    const kept: pulumi.CustomResourceOptions = { parent: this, protect: true };

    const allowed = new aws.route53.ResolverFirewallDomainList(
      `${name}-allowed`,
      { domains: [...args.allowedDomains], tags },
      kept,
    );
    const everything = new aws.route53.ResolverFirewallDomainList(
      `${name}-everything`,
      { domains: ["*"], tags },
      kept,
    );
    const rules = new aws.route53.ResolverFirewallRuleGroup(`${name}-rules`, { tags }, kept);
    new aws.route53.ResolverFirewallRule(
      `${name}-allow`,
      {
        name: `${name}-allow`,
        firewallRuleGroupId: rules.id,
        firewallDomainListId: allowed.id,
        priority: 100,
        action: "ALLOW",
        // S3 answers with other names of its own; only the name that was asked for is looked at.
        firewallDomainRedirectionAction: "TRUST_REDIRECTION_DOMAIN",
      },
      kept,
    );
    new aws.route53.ResolverFirewallRule(
      `${name}-block`,
      {
        name: `${name}-block`,
        firewallRuleGroupId: rules.id,
        firewallDomainListId: everything.id,
        priority: 200,
        action: "BLOCK",
        blockResponse: "NODATA",
      },
      kept,
    );
    new aws.route53.ResolverFirewallRuleGroupAssociation(
      `${name}-association`,
      { firewallRuleGroupId: rules.id, vpcId, priority: 101, mutationProtection: "DISABLED", tags },
      kept,
    );
    new aws.route53.ResolverFirewallConfig(
      `${name}-fail-closed`,
      { resourceId: vpcId, firewallFailOpen: "DISABLED" },
      kept,
    );
    this.registerOutputs();
  }
}
