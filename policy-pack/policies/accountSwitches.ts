import { fieldMistakes, isUnset, oneOf, type TypeRequirements } from "../fieldRequirements";
import { ofResource } from "../policyForms";

const blocked = (field: string) => ({
  field,
  accepts: oneOf(true),
  required: "true",
  mend: `Set ${field}: true: what is left out is off.`,
});

/**
 * What keeps evidence in, whichever program makes a disk, a snapshot, an image or a bucket of the account.
 *
 * Source of what a field is that is left out: the AWS provider's documentation of each resource.
 */
const SWITCHES: TypeRequirements = {
  "aws:ebs/encryptionByDefault:EncryptionByDefault": [
    {
      field: "enabled",
      accepts: oneOf(undefined, true),
      required: "true, or not set",
      mend: "Set enabled: true: a disk that somebody makes in a hurry is under a key then, too.",
    },
  ],
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": [
    {
      field: "state",
      accepts: oneOf("block-all-sharing", "block-new-sharing"),
      required: "block-all-sharing",
      mend: 'Set state: "block-all-sharing": a snapshot is a suspect\'s disk.',
    },
  ],
  "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess": [
    {
      field: "state",
      accepts: oneOf("block-new-sharing"),
      required: "block-new-sharing",
      mend: 'Set state: "block-new-sharing": an image tells what investigators look for.',
    },
  ],
  "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults": [
    {
      field: "httpTokens",
      accepts: oneOf("required"),
      required: "required",
      mend: 'Set httpTokens: "required": version 1 of the metadata service hands out a machine\'s credentials.',
    },
  ],
  "aws:ec2/serialConsoleAccess:SerialConsoleAccess": [
    {
      field: "enabled",
      accepts: oneOf(false),
      required: "false",
      mend: "Set enabled: false, which is not the provider's default: nobody records what is done there.",
    },
  ],
  "aws:ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions": [
    {
      field: "internetGatewayBlockMode",
      accepts: oneOf("block-bidirectional"),
      required: "block-bidirectional",
      mend: 'Set internetGatewayBlockMode: "block-bidirectional": evidence leaves by whatever lets something out.',
    },
  ],
  "aws:rbin/rule:Rule": [
    {
      field: "excludeResourceTags",
      accepts: isUnset,
      required: "not set",
      mend: "Remove excludeResourceTags: whoever may tag a snapshot could delete it for good.",
    },
  ],
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": [
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
  ].map(blocked),
};

/** A switch of the account is asked before any policy of a resource is. */
export const accountSwitches = ofResource(
  {
    name: "account-switches",
    displayName: "What an account's switches say keeps evidence in",
    description:
      "Checks that new disks are encrypted, that snapshots, images and buckets cannot be public, that machines' default is version 2 of the metadata service, that the serial console is off, the internet blocked where that is switched, and that the recycle bin leaves no snapshot out.",
    severity: "critical",
    tags: ["account", "evidence"],
    remediationSteps: "Set the switch to what the message names, or leave the resource out.",
  },
  (subject) => fieldMistakes(subject, SWITCHES),
);
