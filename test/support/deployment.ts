import * as pulumi from "@pulumi/pulumi";
import type {
  RegisterResourceRequest,
  RegisterResourceResponse,
} from "@pulumi/pulumi/proto/resource_pb";

import program from "../../index";
import { asText } from "../../settings/parseSettings";
import { sha256 } from "../../components/sha256";
import {
  answerThisProcess,
  AwsEndpoint,
  type QueryAnswers,
} from "../../rehearsal/account/awsEndpoint";
import { toldTrail } from "../../rehearsal/account/cloudTrail";
import { subscriptionAnswers, type ToldSubscription } from "../../rehearsal/account/sns";
import { ec2Of, FOUNDATION_OUTPUTS } from "./examples";
import { GrantedKeys } from "./grantedKeys";
import { VaultInMemory } from "./vaultInMemory";

/** A resource as the program declared it. */
export interface Declaration {
  readonly type: string;
  readonly name: string;

  /** What the engine was asked for, secrets and outputs resolved. */
  readonly inputs: Record<string, unknown>;
  readonly options: pulumi.CustomResourceOptions;

  /** What the engine is to take on for it rather than make it, by AWS's id; undefined where nothing. */
  readonly importedAs: string | undefined;

  /** Names of the inputs that hold a secret. */
  readonly secrets: readonly string[];
}

/** What the engine is told of a resource, or of a component, when it is registered. */
export interface Registration {
  readonly urn: string;
  readonly parent: string;

  /** Whether AWS is asked for it; a component is only the engine's. */
  readonly custom: boolean;

  /** URNs of what had to be there before: what its inputs are made of, and what it depends on. */
  readonly after: readonly string[];

  /** URNs of what each of its inputs is made of. */
  readonly madeOf: Readonly<Record<string, readonly string[]>>;

  /** What the engine is to do with it, as it is told: with what a component hands down. */
  readonly options: RegisteredOptions;

  /** What it was called before, and below what. */
  readonly aliases: readonly { readonly name: string; readonly parent: string }[];

  /** Reference of the provider that is named, `<URN>::<id>`; empty where it is the default one. */
  readonly provider: string;
}

/** Options of a resource as the engine is told of them. */
export interface RegisteredOptions {
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;

  /** How long making it may take, e.g. `24h`; undefined where the provider says. */
  readonly createTimeout: string | undefined;
}

/** Answers of the account to look-ups, by the token of the function. */
export type Answers = Readonly<
  Record<string, (args: Record<string, unknown>) => Record<string, unknown>>
>;

/** What a deployment with mocks declared and put out. */
export class Deployment {
  public constructor(
    /** Custom and remote resources, providers; no components of the program, no stack reference. */
    public readonly resources: readonly Declaration[],

    /** The stack's outputs. */
    public readonly outputs: Readonly<Record<string, unknown>>,

    /** Warnings the program logged. */
    public readonly warnings: readonly string[],

    /** All that was registered, components too. */
    public readonly registrations: readonly Registration[],
  ) {}

  /** The resources of a type, e.g. `aws:kms/key:Key`. */
  public ofType(type: string): readonly Declaration[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one resource of this name, or an error that lists what there is. */
  public named(name: string): Declaration {
    const found = this.resources.filter((resource) => resource.name === name);
    const [resource] = found;
    if (resource === undefined || found.length > 1) {
      const all = this.resources.map((other) => other.name).join(", ");
      throw new Error(`${found.length} resources are named ${name}; there are ${all}`);
    }
    return resource;
  }
}

function absent(): never {
  throw new Error("couldn't find resource");
}

/**
 * What is answered where a test says nothing of it: whoever deploys has the role that the examples name for this kind of
 * stack, and nothing is there before.
 */
function usual(config: Readonly<Record<string, unknown>>): Answers {
  const role = `${config["clean-room:kind"] === "audit" ? "foundation" : "member"}-deployer`;
  const account = config["clean-room:accountId"] as string;
  return {
    "aws:index/getCallerIdentity:getCallerIdentity": () => ({
      arn: `arn:aws:sts::${account}:assumed-role/${role}/ir`,
    }),
    "aws:resourcegroupstaggingapi/getResources:getResources": () => ({
      resourceTagMappingLists: [],
    }),
    "aws:iam/getRole:getRole": absent,
    "aws:ec2/getVpcs:getVpcs": () => ({ ids: [] }),
    "aws:ram/getResourceShare:getResourceShare": () => {
      throw new Error("no matching RAM Resource Share found");
    },
    "aws:servicequotas/getServiceQuota:getServiceQuota": () => ({ value: 5 }),
    "pulumi:pulumi:readStackResourceOutputs": () => ({ outputs: {} }),
  };
}

/** Ids that custody records hold have to look like EC2's: the end of a name, and the id's prefix. */
const EC2_IDS = { "-connection": "pcx", "-instance": "i", "-preserved": "snap", "-working": "vol" };

/** Id of the resource of this name, as the mocks give it. */
export function idOf(name: string): string {
  const [, prefix] = Object.entries(EC2_IDS).find(([end]) => name.endsWith(end)) ?? [];
  return prefix === undefined ? `${name}-id` : `${prefix}-${sha256(name).slice(0, 17)}`;
}

/** ARN of the resource of this name, as the mocks give it; the incident's key is in records. */
export function arnOf(name: string): string {
  return name === "incident-key"
    ? "arn:aws:kms:us-east-1:111122223333:key/incident"
    : `arn:aws:mock:us-east-1:111122223333:${name}`;
}

/**
 * Runs the program with these settings and without an engine. It proves what the program asks for;
 * what the engine and AWS make of it is the rehearsal's and the emulator's to show.
 */
export async function deploy(
  stack: string,
  config: Readonly<Record<string, unknown>>,
  {
    answers = {},
    foundation = {},
    ec2 = ec2Of({}, config["aws:region"] as string | undefined),
    vault = new VaultInMemory(FOUNDATION_OUTPUTS.vaultBucket),
    kms = new GrantedKeys(),
    unchanged = {},
    beforeMade = () => undefined,
    held,
    trails = [],
    subscribed = (address) => ({ arn: `arn:aws:sns:::topic:${address}`, authenticated: true }),
    preview = false,
  }: {
    answers?: Answers;
    foundation?: object;

    /** What EC2 answers who asks it by AWS's SDK. @default what it has of an account without anything */
    ec2?: QueryAnswers;

    /** What S3 answers who asks it by AWS's SDK. @default an empty vault */
    vault?: VaultInMemory;

    /** What KMS answers who asks it by AWS's SDK. @default no key is granted yet, and each can be */
    kms?: GrantedKeys;

    /** What AWS has of resources instead of what is asked for, by name, as where a program runs and nothing is changed. */
    unchanged?: Readonly<Record<string, object>>;

    /** Called with the name of each resource that AWS is asked for; may throw, as AWS refuses. */
    beforeMade?: (name: string) => void;

    /** Called with each resource that AWS is asked for, as `<type>::<name>`: it is made once that is kept. */
    held?: (resource: string) => Promise<void>;

    /** ARNs of the trails that record events of the Region. @default none */
    trails?: readonly string[];

    /** What SNS tells of the subscription of an address; of none where it is gone. */
    subscribed?: (address: string) => Pick<ToldSubscription, "arn" | "authenticated"> | undefined;

    /** Whether it is a preview. */
    preview?: boolean;
  } = {},
): Promise<Deployment> {
  const inputs = new Map<string, Record<string, unknown>>();
  const subscriptions = subscriptionAnswers((topicArn) =>
    [...inputs].flatMap(([name, { topic, endpoint }]) => {
      const told = name.startsWith(SUBSCRIPTION) && subscribed(endpoint as string);
      return told && topic === topicArn ? [{ endpoint: endpoint as string, ...told }] : [];
    }),
  );
  const DescribeTrails = () => ({ trailList: trails.map((arn) => toldTrail(arn)) });
  const answering = {
    query: { ...ec2, ...subscriptions },
    json: { ...kms.answers, DescribeTrails },
    s3: vault.client,
  };
  const endAnswers = await answerThisProcess(new AwsEndpoint(() => answering).listen());
  const secrets = new Map<string, readonly string[]>();
  const imported = new Map<string, string>();
  const warnings: string[] = [];
  const warn = pulumi.log.warn;
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: given, id: importedAs }) => {
        if (type.startsWith("aws:")) {
          beforeMade(name);
        }
        if (importedAs !== undefined && importedAs !== "") {
          imported.set(`${type} ${name}`, importedAs);
        }
        const known = revealed(given) as Record<string, unknown>;
        inputs.set(`${type} ${name}`, known);
        secrets.set(
          `${type} ${name}`,
          Object.entries(given as object).flatMap(([key, value]) => (isSecret(value) ? key : [])),
        );
        if (type === "pulumi:pulumi:StackReference") {
          return { id: name, state: { ...known, outputs: foundation } };
        }
        const computed = {
          arn: arnOf(name),
          bucket: `${name}-0a1b2c3`,
          name: `${name}-0a1b2c3`,
          prefixListId: "pl-0123456789abcdef0",
          privateIp: "10.66.0.4",
          primaryNetworkInterfaceId: `${name}-eni`,
          volumeSize: 8,
          defaultNetworkAclId: "acl-0123456789abcdef0",
          key: "key",
          // Of awsx.ec2.Vpc.
          vpcId: `${name}-vpc-id`,
          publicSubnetIds: [`${name}-public-1-id`],
        };
        const made = { id: idOf(name), state: { ...computed, ...known, ...unchanged[name] } };
        return held === undefined || !/^awsx?:/.test(type)
          ? made
          : held(`${type}::${name}`).then(() => made);
      },
      call: ({ token, inputs: args }) => {
        const answer = answers[token] ?? usual(config)[token];
        if (answer === undefined) {
          throw new Error(`no answer for ${token}`);
        }
        try {
          return answer(args as Record<string, unknown>);
        } catch (error) {
          // The engine's words reach a program in this field, as those of every call of gRPC.
          throw Object.assign(error as Error, { details: (error as Error).message });
        }
      },
    },
    "clean-room",
    stack,
    preview,
    "organization",
  );
  pulumi.runtime.setAllConfig(asText(config));
  // The SDK's mocks know no hooks, which nothing here calls.
  const take = (_hook: unknown, done: (error: null) => void) => done(null);
  const registrations: Registration[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  Object.assign(monitor, {
    registerErrorHook: take,
    registerResourceHook: take,
    registerResource: ((request, done) =>
      register(request, (error, response) => {
        registrations.push({
          urn: response?.getUrn() ?? "",
          parent: request.getParent(),
          custom: request.getCustom(),
          after: request.getDependenciesList(),
          madeOf: Object.fromEntries(
            request
              .getPropertydependenciesMap()
              .toArray()
              .map(([field]) => [
                field,
                request.getPropertydependenciesMap().get(field)?.getUrnsList() ?? [],
              ]),
          ),
          options: {
            protect: request.getProtect() === true,
            ignoreChanges: request.getIgnorechangesList(),
            deleteBeforeReplace: request.getDeletebeforereplace(),
            createTimeout: request.getCustomtimeouts()?.getCreate() || undefined,
          },
          provider: request.getProvider(),
          aliases: request.getAliasesList().map((alias) => ({
            name: alias.getSpec()?.getName() ?? "",
            parent: alias.getSpec()?.getParenturn() ?? "",
          })),
        });
        done(error, response);
      })) satisfies Monitor["registerResource"],
    // Nor transforms, which the rehearsal plays.
    registerStackTransform: take,
  });

  // What fails in an apply is nobody's promise: the CLI ends the deployment for it.
  let fail: (reason: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => (fail = reject));
  process.on("unhandledRejection", fail);
  const declared: { type: string; name: string; options: pulumi.CustomResourceOptions }[] = [];
  const registered: pulumi.Resource[] = [];
  try {
    (pulumi.log as { warn: typeof warn }).warn = (message) => {
      warnings.push(message);
      return Promise.resolve();
    };
    const deployment = pulumi.runtime.runInPulumiStack(async () => {
      pulumi.runtime.registerStackTransformation(({ type, name, opts, resource }) => {
        declared.push({ type, name, options: opts });
        registered.push(resource);
        return undefined;
      });
      const result = await program();
      await Promise.all(registered.map(({ urn }) => settled(urn)));
      return settled(pulumi.output(result));
    });
    const outputs = (await Promise.race([deployment, failure])) as Record<string, unknown>;
    // The stack's outputs are still on their way: they are of this deployment, not of the next one.
    await pulumi.runtime.disconnect();
    return new Deployment(
      declared
        .filter(({ type }) => /^(awsx?:|pulumi:providers:)/.test(type))
        .map((each) => ({
          ...each,
          inputs: inputs.get(`${each.type} ${each.name}`) ?? {},
          importedAs: imported.get(`${each.type} ${each.name}`),
          secrets: secrets.get(`${each.type} ${each.name}`) ?? [],
        })),
      outputs,
      warnings,
      registrations,
    );
  } catch (error) {
    // What else fails for the same reason is of this deployment, not of the next one.
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw error;
  } finally {
    endAnswers();
    process.off("unhandledRejection", fail);
    (pulumi.log as { warn: typeof warn }).warn = warn;
  }
}

/** The part of the SDK's mocks that takes what is registered. */
interface Monitor {
  registerResource(
    request: RegisterResourceRequest,
    done: (error: Error | null, response?: RegisterResourceResponse) => void,
  ): void;
}

const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

/** Inputs with their secrets in the clear: the engine marks a secret by wrapping its value. */
function revealed(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(revealed);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const fields = value as Record<string, unknown>;
  return SECRET_MARK in fields
    ? revealed(fields["value"])
    : Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, revealed(inner)]));
}

/** Whether a secret is anywhere in the value. */
function isSecret(value: unknown): boolean {
  return (
    value !== null &&
    typeof value === "object" &&
    (SECRET_MARK in value || Object.values(value).some(isSecret))
  );
}

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}
