/** What parliament finds, and why it stays. */
export interface Justified {
  readonly issue: string;

  /** Matches the documents, by the resource and its property. */
  readonly of: RegExp;

  /** Matches what is found. */
  readonly detail: RegExp;
  readonly reason: string;
}

/** The keys, whose policies are about themselves alone. */
const KEYS =
  /^(keys-(evidence|foundation|signing|transfer)|incident-key|transfer-keys-us-east-1)\.policy$/;

/** Findings of parliament 1.6.4 that stay, one by one. */
export const JUSTIFIED: readonly Justified[] = [
  {
    issue: "MALFORMED",
    of: /\.assumeRolePolicy$/,
    detail: /^"Statement contains neither Resource nor NotResource"$/,
    reason: "a role's trust has no resource: it is the role's own",
  },
  {
    issue: "RESOURCE_STAR",
    of: KEYS,
    detail: /^\["kms:/,
    reason: "in a key's policy * is the key",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^endpoints-(kms|logs|s3|ssm)\.policy$/,
    detail: /^\["(kms|logs|s3|ssm):/,
    reason: "an endpoint is narrowed by the owner of what is asked for: aws:ResourceAccount",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^auditor-policy\.policy$/,
    detail: /^\["(cloudtrail:GetEventSelectors|iam:GetPolicy)"/,
    reason:
      "it looks for what should not be there, too; reading alone, and of one Region what is of Regions",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^image-lifecycle-policy\.policy$/,
    detail: /^\["imagebuilder:DeleteImage"\]$/,
    reason:
      "AWS's managed policy has it so, and Image Builder looks for that before it takes the role",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^incident-deployer-evidence\.policy$/,
    detail: /^\["kms:TagResource"\]$/,
    reason: "a key that is being made has no ARN yet; with a ticket alone",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^incident-deployer-room\.policy$/,
    detail: /^\["ec2:Describe/,
    reason: "looking at EC2; parliament counts what of ec2:Describe* knows a resource",
  },
  {
    issue: "INVALID_ARN",
    of: /^incident-deployer-room\.policy$/,
    detail: /Account expected/,
    reason: "a public parameter is aws's own: its ARN has no account",
  },
  {
    issue: "MISMATCHED_TYPE",
    of: /^keys-foundation\.policy$/,
    detail: /ArnLike requires a value of type Arn but given String/,
    reason: "AWS's own statements compare the encryption context of topics and log groups as ARNs",
  },
  {
    issue: "MISMATCHED_TYPE",
    of: /^vault-policy\.policy$/,
    detail: /s3:TlsVersion requires a value of type Numeric but given/,
    reason: '"1.2" is a number to IAM, as S3\'s own example writes it',
  },
  {
    issue: "MISMATCHED_TYPE_BUT_USABLE",
    of: /^(incident-deployer-evidence|vault-policy)\.policy$/,
    detail: /String(Not)?Equals requires a value of type String but given Arn/,
    reason: "one ARN without a pattern, compared as it is",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^(auditor-policy|case-boundary|case-investigator-policy|incident-deployer-evidence)\.policy$/,
    detail:
      /^\[\{"action": "s3:GetObjectAttributes", "required_format": "arn:\*:s3:\*:\*:accesspoint\/\*"\}\]$/,
    reason: "objects are asked for by their bucket; there is no access point",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^incident-deployer-evidence\.policy$/,
    detail: /"ec2:CreateVolume"|"kms:(Create|Delete|Update)Alias"/,
    reason: "the action's other resource stands in a statement of its own, with its own condition",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^incident-deployer-room\.policy$/,
    detail: /"ec2:(RunInstances|CreateSecurityGroup|AuthorizeSecurityGroupEgress)"/,
    reason:
      "the action's other resources stand in statements of their own, each with its condition",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^roles-responder-policy\.policy$/,
    detail: /"ec2:CreateSnapshots?"/,
    reason:
      "the action's other resources stand in statements of their own, each with its condition",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^(incident-deployer-link|link-policy)\.policy$/,
    detail:
      /"ec2:((Accept|Create)VpcPeeringConnection|ModifySecurityGroupRules|AuthorizeSecurityGroupEgress|CreateTrafficMirror(FilterRule|Session|Target))"/,
    reason:
      "the action's other resources stand in statements of their own, each with its condition",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^acquisition-(policy|send)\.policy$/,
    detail: /"ssm:SendCommand"/,
    reason: "the machines stand in a statement of their own, with the ticket that they carry",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^containment-policy\.policy$/,
    detail:
      /"ec2:(ModifyInstanceAttribute|CreateSecurityGroup|AuthorizeSecurityGroupIngress|CreateSnapshots)"/,
    reason:
      "the action's other resources stand in statements of their own, each with its condition",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^containment-policy\.policy$/,
    detail: /^\["ec2:DescribeInstanceAttribute"\]$/,
    reason: "looking at EC2, with the rest of what is looked at",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^preview-policy\.policy$/,
    detail: /^\["(cloudtrail:GetEventSelectors|iam:GetInstanceProfile)"/,
    reason: "a preview reads what the stack has, and how it is set up; reading alone",
  },
  {
    issue: "UNKNOWN_FEDERATION_SOURCE",
    of: /^preview-role\.assumeRolePolicy$/,
    detail: /oidc-provider\/token\.actions\.githubusercontent\.com"$/,
    reason: "an OIDC provider of the account, which parliament's list of sources has not",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    of: /^case-(boundary|investigator-policy)\.policy$/,
    detail: /ssm:SessionDocumentAccessCheck for action ssm:StartSession/,
    reason: "Systems Manager's guide names it; parliament's data are older",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    of: /^keys-(evidence|foundation|signing|transfer)\.policy$/,
    detail: /kms:TrailingDaysWithoutKeyUsage for action kms:(DisableKey|ScheduleKeyDeletion)/,
    reason: "KMS's guide names it; parliament's data are older",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    of: /^keys-foundation\.policy$/,
    detail: /kms:EncryptionContext:aws:logs:arn for action kms:Describe/,
    reason: "AWS's own statement for CloudWatch Logs has it so",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    of: /^image-lifecycle-policy\.policy$/,
    detail: /ecr:ResourceTag\/LifecycleExecutionAccess for action ecr:Batch/,
    reason:
      "AWS's managed policy has it so, and Image Builder looks for that before it takes the role",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    of: /^vault-policy\.policy$/,
    detail: /s3:TlsVersion for action s3:(InitiateReplication|PutAccessPointPublicAccessBlock)/,
    reason: "s3:* is every action; these two are none of a bucket's",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^docs\/deployers\/(foundation-look|member-stack)\.json$/,
    detail: /^\["(cloudtrail:GetEventSelectors|iam:GetInstanceProfile|iam:GetPolicy)"/,
    reason: "how a stack's things are set up, most of it before they are there; looking alone",
  },
  {
    issue: "RESOURCE_STAR",
    of: /^docs\/deployers\/(foundation-keeping|member-stack)\.json$/,
    detail: /^\["kms:TagResource"\]$/,
    reason: "a key that is being made has no ARN yet; with the stack's tag alone",
  },
  {
    issue: "RESOURCE_POLICY_PRIVILEGE_ESCALATION",
    of: /^docs\/deployers\/foundation-keeping\.json$/,
    detail:
      /s3:(PutObject|GetObject|DeleteObject) not being allowed, but does allow s3:Put(BucketPolicy|LifecycleConfiguration)/,
    reason:
      "whoever deploys the foundation writes its buckets' policies: docs/deployers.md says so, the trail tells of it, Object Lock holds",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^docs\/deployers\/foundation-network\.json$/,
    detail: /"route53resolver:AssociateFirewallRuleGroup"/,
    reason: "one pattern, firewall-*, is every kind of them",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^docs\/deployers\/(foundation-keeping|member-stack)\.json$/,
    detail: /"(kms:(Create|Update)Alias|ec2:CreateSecurityGroup)"/,
    reason:
      "the action's other resource stands in a statement of its own or, of a key, in the key's policy",
  },
  {
    issue: "RESOURCE_MISMATCH",
    of: /^docs\/deployers\/foundation-keeping\.json$/,
    detail: /"sns:SetSubscriptionAttributes", "required_format": "\*"/,
    reason: "AWS's reference of today has a subscription's actions about its topic",
  },
  {
    issue: "UNKNOWN_CONDITION_FOR_ACTION",
    of: /^docs\/deployers\/member-stack\.json$/,
    detail: /kms:ResourceAliases for action kms:(CreateKey|PutKeyPolicy|TagResource)/,
    reason:
      "with ForAllValues a key that is being made, which has no alias, is let; of one that is there AWS evaluates it",
  },
];
