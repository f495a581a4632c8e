/**
 * What a run needs, and what another clause of the same policy gives as well: taken out, nothing is refused. Each with
 * its reason, by the policy's statement and the clause.
 */
export const GIVEN_TWICE: readonly (readonly [clause: RegExp, reason: string])[] = [
  [
    /: kms:DescribeKey$|^(Rescue|LookBeforeCopies|Verification): |^LookAtKeys: arn/,
    "looking at a key is part of administering it, of using it through EC2, of verifying with it and of rescuing it: each stands without the others",
  ],
  [
    /^TagWhatIsMade: (arn:aws:ec2:[^:]*:\d+:volume\/\*|StringEquals ec2:CreateAction CreateVolume)$/,
    "a volume that is being made has no ticket yet, as a root volume has none that is tagged afterwards",
  ],
  [
    /^(KeepOwnNetworks|CloseWhatAwsMakesWithAVpc): (ec2:ReplaceNetworkAclAssociation|ec2:RevokeSecurityGroupEgress|arn:aws:ec2:[^:]*:\d+:security-group\/\*)$/,
    "what AWS makes with a VPC has no tag of the stack when it is first closed, and has one afterwards: by either it may be closed again",
  ],
  [
    /^Grants(OfEc2|OnSuspectsKeys): /,
    "EC2's grants on the account's own keys hang on nothing that KMS tells of organisations; where it tells, both say so",
  ],
];
