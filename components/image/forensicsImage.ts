import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { type EmailTopic, emailTopic } from "../emailTopic";
import { TOOLBOX_DIGEST_TAG, type Tags } from "../tags";
import { buildMachineProfile } from "./buildMachineProfile";
import { contentVersion } from "./contentVersion";
import type { ImageDocument } from "./documents";
import { imageLifecycle } from "./imageLifecycle";

/** Inputs to {@link ForensicsImage}. */
export interface ForensicsImageArgs {
  readonly region: string;

  /** The Audit account, 12 digits. */
  readonly accountId: string;

  /** Base image, `ami-…`. */
  readonly baseImageId: string;

  /** The documents that build the image, in the order they are run in. */
  readonly documents: readonly ImageDocument[];

  /** SHA-256 of the list of what the image carries; tags recipe and image. */
  readonly digest: string;

  /** ARNs of the objects of the tools bucket that the image takes. */
  readonly bucketObjects: readonly string[];

  /** ARN of the foundation key: images, logs, notices. */
  readonly keyArn: pulumi.Input<string>;

  /** Subnet the build machines run in, with a way to the package archives. */
  readonly subnetId: pulumi.Input<string>;
  readonly securityGroupId: pulumi.Input<string>;

  /** EC2 instance type of the build machines. */
  readonly instanceType: string;

  /** When images are built: a cron expression of six fields, in UTC. */
  readonly schedule: string;

  /** How many of the newest images are kept, 1 to 1000. */
  readonly keep: number;

  /** SSM parameter, below /imagebuilder/, in which the newest image is published. */
  readonly amiParameter: string;

  /** E-mail addresses that are told of every build, whether it succeeded or failed. */
  readonly addresses: readonly string[];

  /** Days the build logs are kept; one of the values CloudWatch Logs accepts. */
  readonly logRetentionDays: number;

  /** ARN of the permissions boundary that an organisation demands of every role. */
  readonly permissionsBoundary: string | undefined;
  readonly tags: Tags;
}

/** Image Builder's name of everything here; the builder's policy and the log group follow it. */
const NAME = "clean-room";

/** Size of the root volume in GiB: the base, the tools and the symbols of the tools bucket. */
const ROOT_GIB = 30;

/** What a build or a test may take before it counts as failed, in minutes. */
const TEST_MINUTES = 120;

/**
 * The pipeline that builds the forensics image, proves its tools and publishes it: private,
 * encrypted under the foundation key, tagged with the digest of what it carries. Nothing here builds:
 * the schedule does, or `npx clean-room image build`.
 *
 * Components and the recipe are kept by Image Builder as they are for ever, so a changed document
 * replaces its component and the recipe; the pipeline is updated in place, then the old ones go. They
 * are not protected, as that would refuse the replacement; the pipeline that uses them is.
 */
export class ForensicsImage extends pulumi.ComponentResource {
  /** ARN of the pipeline. */
  public readonly pipelineArn: pulumi.Output<string>;

  /** The topic that tells of builds. */
  public readonly buildTopic: EmailTopic;

  /**
   * @param name Unique name of this component; children are named `${name}-…`.
   * @param args Inputs of the image.
   * @param opts Options that control this component's behaviour.
   */
  public constructor(
    name: string,
    args: ForensicsImageArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("cleanroom:image:ForensicsImage", name, {}, opts);
    const { region, tags } = args;
    const kept = { parent: this, protect: true };
    const imageTags = { ...tags, [TOOLBOX_DIGEST_TAG]: args.digest };

    // New before old, also where the name is a given one: AWS deletes no component that a recipe
    // uses, and no recipe that the pipeline uses.
    const replacedInOrder = { parent: this, deleteBeforeReplace: false };

    const components = args.documents.map(
      ({ group, data }) =>
        new aws.imagebuilder.Component(
          `${name}-${group}`,
          {
            name: `${NAME}-${group}`,
            version: contentVersion(data),
            platform: "Linux",
            data,
            tags,
          },
          replacedInOrder,
        ),
    );
    const rootVolume = {
      deleteOnTermination: "true",
      encrypted: "true",
      volumeSize: ROOT_GIB,
      volumeType: "gp3",
    };
    const recipe = new aws.imagebuilder.ImageRecipe(
      `${name}-recipe`,
      {
        name: NAME,
        version: contentVersion(
          JSON.stringify([args.documents, args.baseImageId, rootVolume, imageTags]),
        ),
        parentImage: args.baseImageId,
        components: components.map(({ arn }) => ({ componentArn: arn })),
        blockDeviceMappings: [
          { deviceName: "/dev/sda1", ebs: { ...rootVolume, kmsKeyId: args.keyArn } },
        ],
        // The base brings the agent along; a room is reached by nothing else.
        systemsManagerAgent: { uninstallAfterBuild: false },
        amiTags: imageTags,
        tags: imageTags,
      },
      replacedInOrder,
    );

    const profile = buildMachineProfile(name, args, kept);
    this.buildTopic = emailTopic(
      `${name}-builds`,
      { ...args, displayName: "Forensics image builds" },
      kept,
    );
    const infrastructure = new aws.imagebuilder.InfrastructureConfiguration(
      `${name}-infrastructure`,
      {
        name: NAME,
        instanceProfileName: profile.name,
        instanceTypes: [args.instanceType],
        subnetId: args.subnetId,
        securityGroupIds: [args.securityGroupId],
        // A build that failed is looked into by its log; a machine left behind is a risk.
        terminateInstanceOnFailure: true,
        instanceMetadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 },
        snsTopicArn: this.buildTopic.arn,
        resourceTags: tags,
        tags,
      },
      kept,
    );
    const distribution = new aws.imagebuilder.DistributionConfiguration(
      `${name}-distribution`,
      {
        name: NAME,
        distributions: [
          {
            region,
            // No launch permission: the image is this account's own.
            amiDistributionConfiguration: {
              name: `${NAME}-{{ imagebuilder:buildDate }}`,
              description: `Forensics workstation, toolbox ${args.digest}`,
              kmsKeyId: args.keyArn,
              amiTags: imageTags,
            },
            ssmParameterConfigurations: [
              { parameterName: args.amiParameter, dataType: "aws:ec2:image" },
            ],
          },
        ],
        tags,
      },
      kept,
    );
    // Image Builder writes each image's log into a group of this name, and makes it without a key
    // where there is none.
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-log`,
      {
        name: `/aws/imagebuilder/${NAME}`,
        kmsKeyId: args.keyArn,
        retentionInDays: args.logRetentionDays,
        tags,
      },
      { ...kept, retainOnDelete: true },
    );
    const pipeline = new aws.imagebuilder.ImagePipeline(
      `${name}-pipeline`,
      {
        name: NAME,
        description: "Forensics workstation image",
        imageRecipeArn: recipe.arn,
        infrastructureConfigurationArn: infrastructure.arn,
        distributionConfigurationArn: distribution.arn,
        imageTestsConfiguration: { imageTestsEnabled: true, timeoutMinutes: TEST_MINUTES },
        // Inventory needs an association of its own; the image says itself what it carries.
        enhancedImageMetadataEnabled: false,
        schedule: {
          scheduleExpression: args.schedule,
          // Everything is pinned: by the other condition nothing would ever be built.
          pipelineExecutionStartCondition: "EXPRESSION_MATCH_ONLY",
        },
        tags,
      },
      { ...kept, dependsOn: [logs] },
    );
    imageLifecycle(name, NAME, args, kept);

    this.pipelineArn = pipeline.arn;
    this.registerOutputs({ pipelineArn: this.pipelineArn });
  }
}
