import type { Account, Entry } from "./account";
import { AwsError } from "./awsError";
import { publicImages } from "./publicImages";
import {
  instanceProfile,
  key,
  type Reference,
  roleArn,
  securityGroup,
  subnet,
  topic,
  valuesAt,
} from "./references";
import type { Request, ResourceType } from "./resourceType";

const COMPONENT = "aws:imagebuilder/component:Component";
const DISTRIBUTION = "aws:imagebuilder/distributionConfiguration:DistributionConfiguration";
const IMAGE = "aws:ec2/ami:Ami";
const INFRASTRUCTURE = "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration";
const PIPELINE = "aws:imagebuilder/imagePipeline:ImagePipeline";
const RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe";

/** Characters a component's document may have; a longer one has to lie in a bucket. */
const MAX_DATA = 16_000;

/** EC2 Image Builder. Nothing is built here: see `Outside.registerImage` for what a build leaves. */
export const imageBuilderTypes: Readonly<Record<string, ResourceType>> = {
  [COMPONENT]: {
    ...named("component", ({ version }) => `/${String(version)}/1`),
    references: [key("kmsKeyId")],
    check: (request) => {
      requireSemanticVersion(request);
      requireShortData(request);
    },
    outputs: ({ account }) => ({
      dateCreated: new Date().toISOString(),
      encrypted: true,
      owner: account.id,
      type: "BUILD",
    }),
  },
  [RECIPE]: {
    replacedToo: ["amiTags"],
    ...named("image-recipe", ({ version }) => `/${String(version)}`),
    references: [
      part("components[].componentArn", COMPONENT),
      key("blockDeviceMappings[].ebs.kmsKeyId"),
      {
        at: "parentImage",
        to: [IMAGE],
        holds: false,
        missing: (value) => invalidValue(`The image '${value}' does not exist.`),
        check: requireParentImage,
      },
    ],
    check: requireSemanticVersion,
    outputs: ({ account }) => ({
      dateCreated: new Date().toISOString(),
      owner: account.id,
      platform: "Linux",
    }),
  },
  [INFRASTRUCTURE]: {
    ...named("infrastructure-configuration"),
    references: [
      {
        ...instanceProfile("instanceProfileName"),
        missing: (value) => invalidValue(`The instance profile '${value}' does not exist.`),
      },
      subnet("subnetId", false),
      securityGroup("securityGroupIds[]", false),
      topic("snsTopicArn"),
    ],
    outputs: () => ({ dateCreated: new Date().toISOString(), terminateInstanceOnFailure: false }),
  },
  [DISTRIBUTION]: {
    ...named("distribution-configuration"),
    references: [key("distributions[].amiDistributionConfiguration.kmsKeyId")],
    check: requireUniqueImageNames,
    outputs: () => ({ dateCreated: new Date().toISOString() }),
  },
  [PIPELINE]: {
    ...named("image-pipeline"),
    references: [
      part("imageRecipeArn", RECIPE),
      part("infrastructureConfigurationArn", INFRASTRUCTURE),
      part("distributionConfigurationArn", DISTRIBUTION),
      roleArn("executionRole"),
    ],
    outputs: () => ({
      dateCreated: new Date().toISOString(),
      enhancedImageMetadataEnabled: true,
      platform: "Linux",
      status: "ENABLED",
    }),
  },
  "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy": {
    replacedToo: ["resourceType"],
    ...named("lifecycle-policy"),
    references: [roleArn("executionRole")],
    outputs: () => ({ status: "ENABLED" }),
  },
};

/** What all of them have in common: the ARN is the id, and has the name in it. */
function named(
  kind: string,
  version: (inputs: Request["inputs"]) => string = () => "",
): Pick<ResourceType, "id" | "arn" | "taggable" | "autoname" | "taken" | "held"> {
  return {
    id: ({ account, inputs }) => {
      // Two names that differ only in case, spaces or underscores have one ARN.
      const name = String(inputs["name"]).toLowerCase().replace(/[ _]/g, "-");
      return `arn:aws:imagebuilder:${account.region}:${account.id}:${kind}/${name}${version(inputs)}`;
    },
    arn: "{id}",
    taggable: true,
    autoname: "name",
    taken: (_, id) =>
      new AwsError("ResourceAlreadyExistsException", `The resource '${id}' already exists.`),
    held: (entry, holder) =>
      new AwsError(
        "ResourceDependencyException",
        `Resource dependency error: The resource ARN '${entry.id}' has other resources depended ` +
          `on it: ${holder.id}.`,
      ),
  };
}

/** Another resource of Image Builder, by its ARN; AWS's own and another account's pass. */
function part(at: string, type: string): Reference {
  const missing = (value: string) => invalidValue(`The resource '${value}' does not exist.`);
  const names = (entry: Entry, value: string) => matches(entry.id, value);
  const check = (account: Account, value: string) => {
    const own = value.split(":")[4] === account.id;
    if (own && !account.ofType(type).some((entry) => names(entry, value))) {
      throw missing(value);
    }
  };
  return { at, to: [type], holds: true, missing, names, check };
}

/** An ARN that is referred to may leave out the build number, and have x for any number. */
function matches(id: string, value: string): boolean {
  const [kind, name, version = "", build] = id.split("/");
  const [askedKind, askedName, askedVersion = "", askedBuild = build] = value.split("/");
  const numbers = version.split(".");
  const askedNumbers = askedVersion.split(".");
  return (
    kind === askedKind &&
    name === askedName &&
    build === askedBuild &&
    numbers.length === askedNumbers.length &&
    askedNumbers.every((number, index) => number === "x" || number === numbers[index])
  );
}

function requireSemanticVersion({ inputs }: Request): void {
  const version = String(inputs["version"]);
  // Each number has 30 bits.
  const valid =
    /^\d+\.\d+\.\d+$/.test(version) &&
    version.split(".").every((number) => Number(number) < 2 ** 30);
  if (!valid) {
    throw new AwsError(
      "InvalidVersionNumberException",
      `Your version number '${version}' is out of bounds or does not follow the required syntax ` +
        "<major>.<minor>.<patch>.",
    );
  }
}

function requireShortData({ inputs }: Request): void {
  const { data } = inputs;
  if (typeof data === "string" && data.length > MAX_DATA) {
    throw new AwsError(
      "ValidationException",
      "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must " +
        `have length less than or equal to ${MAX_DATA}; it has ${data.length}`,
    );
  }
}

/** Without the date the second build would make a second image of the same name. */
function requireUniqueImageNames({ inputs }: Request): void {
  for (const name of valuesAt(inputs, "distributions[].amiDistributionConfiguration.name")) {
    if (!/\{\{\s*imagebuilder:buildDate\s*\}\}/.test(name)) {
      throw invalidValue(
        `The value '${name}' for amiDistributionConfiguration.name must contain ` +
          "{{ imagebuilder:buildDate }}.",
      );
    }
  }
}

/** An AMI has to be there; an image's ARN or a parameter is only looked up when it is built. */
function requireParentImage(account: Account, value: string): void {
  const known =
    !value.startsWith("ami-") ||
    account.find(IMAGE, value) !== undefined ||
    publicImages(account).some(({ id }) => id === value);
  if (!known) {
    throw invalidValue(`The image '${value}' does not exist.`);
  }
}

function invalidValue(sentence: string): AwsError {
  return new AwsError("InvalidParameterValueException", sentence);
}
