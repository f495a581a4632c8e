import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";

import { Refusal } from "../components/refusal";

/**
 * What an incident's stack needs of the audit stack: the audit stack's outputs, by these names.
 * `foundationVersion` rises when one of them changes its meaning.
 */
export const FOUNDATION = {
  foundationVersion: z.literal(1).meta({ description: "Version of this list of outputs." }),
  accountId: z.string().meta({ description: "The Audit account, 12 digits." }),
  region: z.string().meta({ description: "Region of the foundation." }),
  organizationId: z.string().meta({ description: "The AWS organisation." }),
  vpcId: z.string().meta({ description: "The forensics VPC." }),
  vpcCidr: z.string().meta({ description: "Its network, a CIDR." }),
  slots: z
    .array(
      z.object({
        name: z.string(),
        subnetId: z.string(),
        cidr: z.string(),
        availabilityZone: z.string(),
        sessions: z.object({ document: z.string(), logGroup: z.string() }).optional(),
      }),
    )
    .meta({
      description:
        "Workstation slots: name, subnet, range, Availability Zone, and the Session Manager document and the log group of its room's sessions. Isolation security groups allow these ranges.",
    }),
  endpointSecurityGroupId: z
    .string()
    .meta({ description: "Security group of the interface endpoints." }),
  s3PrefixListId: z.string().meta({ description: "Prefix list of S3." }),
  foundationKeyArn: z.string().meta({ description: "Key of images and log groups." }),
  evidenceKeyArn: z.string().meta({ description: "Key of the vault and of preserved copies." }),
  transferKeyArn: z
    .string()
    .meta({ description: "Key under which member accounts hand snapshots over." }),
  vaultBucket: z.string().meta({ description: "The evidence vault." }),
  vaultArn: z.string().meta({ description: "ARN of the evidence vault." }),
  vaultMode: z
    .enum(["GOVERNANCE", "COMPLIANCE"])
    .meta({ description: "How objects are locked: GOVERNANCE or COMPLIANCE." }),
  vaultDays: z.number().meta({ description: "Days an object is locked." }),
  vaultTrial: z.boolean().meta({ description: "Whether the vault is a rehearsal's." }),
  amiParameter: z
    .string()
    .meta({ description: "SSM parameter in which the newest forensics image is published." }),
  imagePipelineArn: z
    .string()
    .optional()
    .meta({ description: "The pipeline that builds it; none with `image: off`." }),
  toolboxDigest: z.string().optional().meta({
    description: "SHA-256 of the list of what the pipeline's images carry.",
  }),
  boundaryArn: z.string().meta({ description: "Permissions boundary of the roles of a case." }),
  sessionDocument: z.string().meta({
    description: "Session Manager document of rooms that were opened before each slot had its own.",
  }),
  incidentDeployerPolicyArns: z
    .array(z.string())
    .meta({ description: "Policies to attach to the roles in `incidentDeployers`." }),
  linkedAccounts: z
    .array(z.string())
    .optional()
    .meta({ description: "As in the settings; none where rooms are linked to nobody." }),
  containmentAccounts: z
    .array(z.string())
    .optional()
    .meta({ description: "As in the settings; none where nothing is contained from here." }),
  foundationDeployers: z.array(z.string()).meta({ description: "As in the settings." }),
  incidentDeployers: z.array(z.string()).meta({ description: "As in the settings." }),
  custodians: z.array(z.string()).meta({ description: "As in the settings." }),
  auditorRoleArn: z.string().optional().meta({
    description: "Role that cases are verified with; none where no `auditors` are named.",
  }),
  sourceIdentity: z.enum(["off", "demanded"]).optional().meta({
    description: "As in the settings: whether investigators come with a source identity.",
  }),
  previewRoleArn: z.string().optional().meta({
    description: "Role that workflows preview the stack by; none without `previewRole`.",
  }),
  directReading: z.boolean().optional().meta({
    description:
      "Whether workstations read preserved copies by EBS's direct APIs: with `ebs` among `interfaceEndpoints`.",
  }),
  subscriptionsToMend: z.array(z.string()).optional().meta({
    description:
      "The warnings of the last `up`: subscriptions that tell nobody, or that anybody can end.",
  }),
};

/** The audit stack's outputs, as an incident's stack reads them. */
export type Foundation = z.output<z.ZodObject<typeof FOUNDATION>>;

/** The audit stack's outputs, as the audit stack writes them. */
export type FoundationOutputs = { readonly [K in keyof Foundation]: pulumi.Input<Foundation[K]> };

/**
 * Reads the audit stack's outputs.
 *
 * @param auditStack A stack's name, for one of this organisation and project, or
 *   `organisation/project/stack`.
 * @throws Refusal in one sentence where there is no such stack, or one this program cannot use.
 */
export async function readFoundation(
  auditStack: string,
  place: { readonly accountId: string; readonly region: string },
): Promise<Foundation> {
  const name = auditStack.includes("/")
    ? auditStack
    : `${pulumi.getOrganization()}/${pulumi.getProject()}/${auditStack}`;
  const reference = new pulumi.StackReference("auditStack", { name });
  const outputs = Object.fromEntries(
    await Promise.all(
      Object.keys(FOUNDATION).map(
        async (key) => [key, (await reference.getOutputDetails(key)).value as unknown] as const,
      ),
    ),
  );
  return parseFoundation(name, outputs, place);
}

/** Checks what {@link readFoundation} read. */
function parseFoundation(
  name: string,
  outputs: Readonly<Record<string, unknown>>,
  place: { readonly accountId: string; readonly region: string },
): Foundation {
  if (Object.values(outputs).every((value) => value === undefined)) {
    throw new Refusal(`The audit stack ${name} cannot be used`, [
      "It has no outputs: deploy it first with pulumi up --stack audit, or name another one with auditStack.",
    ]);
  }
  const result = z.object(FOUNDATION).safeParse(outputs);
  if (!result.success) {
    const wrong = [...new Set(result.error.issues.map(({ path }) => String(path[0])))];
    throw new Refusal(`The audit stack ${name} cannot be used`, [
      `Its outputs do not fit this program (${wrong.join(", ")}): deploy it again with this version of the program.`,
    ]);
  }
  const { accountId, region } = result.data;
  if (accountId !== place.accountId || region !== place.region) {
    throw new Refusal(`The audit stack ${name} cannot be used`, [
      `It is in ${accountId} ${region}, this stack in ${place.accountId} ${place.region}: a room and its foundation share account and Region.`,
    ]);
  }
  return result.data;
}
