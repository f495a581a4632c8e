import type { Policies, PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import * as policySdk from "@pulumi/policy";

import { policies } from "../../policy-pack/policies";

// Exported by the policy SDK, but its declarations leave it out.
const { unknownCheckingProxy } = policySdk as unknown as {
  unknownCheckingProxy: <T extends object>(props: T) => T;
};

/** A resource as the engine tells policies of it. */
export interface ToldResource {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly options: {
    readonly protect: boolean;
    readonly ignoreChanges: readonly string[];
    readonly deleteBeforeReplace: boolean;
    readonly createSeconds: number;
  };

  /** What each of its properties is made of: `<type>::<name>`. */
  readonly madeOf: Readonly<Record<string, readonly string[]>>;

  /** What it depends on, `<type>::<name>`. */
  readonly after: readonly string[];

  /** Name of its provider, which is one of the stack's resources; undefined for the engine's own types. */
  readonly provider: string | undefined;
}

/** A resource within its stack. */
export function keyOf({ type, name }: Pick<ToldResource, "type" | "name">): string {
  return `${type}::${name}`;
}

/** What a policy has against a resource. */
export interface Finding {
  readonly policy: string;

  /** Logical name of the resource; undefined where it is the stack. */
  readonly resource: string | undefined;
  readonly message: string;
}

/** What the pack's configuration says of each policy. */
export type PackConfiguration = Readonly<Record<string, object | string>>;

/** The policy pack, judging in this process as the SDK's server does: what takes the engine minutes takes it seconds. */
export class PackInProcess {
  private readonly configs: ReadonlyMap<string, object>;
  private readonly unchanged = new WeakMap<readonly ToldResource[], Map<string, PolicyResource>>();

  public constructor(
    private readonly stack: string,
    configuration: PackConfiguration = {},
  ) {
    this.configs = new Map(
      policies.map((policy) => {
        const own = configuration[policy.name];
        return [policy.name, { ...defaultsOf(policy), ...(typeof own === "object" ? own : {}) }];
      }),
    );
  }

  /** What policies that stop a deployment have against these resources. */
  public async judge(resources: readonly ToldResource[]): Promise<Finding[]> {
    const told = [...this.told(resources).values()];
    const findings: Finding[] = [];
    for (const resource of told) {
      findings.push(...(await this.ofOne(resource)));
    }
    return [...findings, ...(await this.ofStack(told))];
  }

  /**
   * What they have against a stack that they accept when one resource of it is another, or is left out: the others are judged
   * by what looks at the stack alone, and only where that one by itself is accepted.
   */
  public async judgeChanged(
    resources: readonly ToldResource[],
    before: ToldResource,
    after: ToldResource | undefined,
  ): Promise<Finding[]> {
    const told = this.unchanged.get(resources) ?? this.told(resources);
    this.unchanged.set(resources, told);
    const key = keyOf(before);
    const one = after === undefined ? undefined : this.toldOf(after, told);
    const own = one === undefined ? [] : await this.ofOne(one);
    return own.length > 0
      ? own
      : this.ofStack([...told].flatMap(([name, each]) => (name === key ? (one ?? []) : each)));
  }

  private async ofOne(resource: PolicyResource): Promise<Finding[]> {
    const findings: Finding[] = [];
    // One for all policies: most ask for the type and no more, and there are a million such questions in npm test.
    const args = { ...resource, ...this.common(() => asking) };
    let asking = "";
    for (const policy of policies) {
      if (policy.enforcementLevel === "advisory" || "validateStack" in policy) {
        continue;
      }
      asking = policy.name;
      for (const validate of [policy.validateResource ?? []].flat()) {
        try {
          await validate(args as unknown as ResourceValidationArgs, (message) =>
            findings.push({ policy: policy.name, resource: resource.name, message }),
          );
        } catch (error) {
          if (error !== NOT_APPLICABLE) {
            throw error;
          }
        }
      }
    }
    return findings;
  }

  private async ofStack(resources: PolicyResource[]): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const policy of policies) {
      if (policy.enforcementLevel !== "advisory" && "validateStack" in policy) {
        const common = this.common(() => policy.name);
        await policy.validateStack({ ...common, resources }, (message, urn) =>
          findings.push({ policy: policy.name, resource: urn?.split("::").at(-1), message }),
        );
      }
    }
    return findings;
  }

  /** What every policy is given. @param asking Name of the policy that asks. */
  private common(asking: () => string) {
    return {
      stackTags: new Map<string, string>(),
      getConfig: <T extends object>() => (this.configs.get(asking()) ?? {}) as T,
      notApplicable: (): never => {
        throw NOT_APPLICABLE;
      },
    };
  }

  /** All resources as the engine tells of them, by their keys. */
  private told(resources: readonly ToldResource[]): Map<string, PolicyResource> {
    const told = new Map<string, PolicyResource>();
    // Providers first, as they are told with what is theirs; then what refers to what.
    const isProvider = ({ type }: ToldResource) => type.startsWith(PROVIDERS);
    for (const resource of [
      ...resources.filter(isProvider),
      ...resources.filter((each) => !isProvider(each)),
    ]) {
      told.set(keyOf(resource), this.toldOf(resource, told));
    }
    for (const resource of resources) {
      const { dependencies, propertyDependencies } = this.toldOf(resource, told);
      Object.assign(told.get(keyOf(resource)) ?? {}, { dependencies, propertyDependencies });
    }
    return told;
  }

  /** One resource as the engine tells of it. @param others What it can refer to. */
  private toldOf(
    { type, name, props, options, provider, madeOf, after }: ToldResource,
    others: ReadonlyMap<string, PolicyResource>,
  ): PolicyResource {
    const found = (keys: readonly string[]) => keys.flatMap((key) => others.get(key) ?? []);
    const [its] = provider === undefined ? [] : found([`${PROVIDERS}aws::${provider}`]);
    return {
      type,
      name,
      urn: `urn:pulumi:${this.stack}::clean-room::${type}::${name}`,
      props: unknownCheckingProxy({ ...(type.startsWith(PROVIDERS) ? asProvider(props) : props) }),
      opts: {
        protect: options.protect,
        ignoreChanges: [...options.ignoreChanges],
        deleteBeforeReplace: options.deleteBeforeReplace,
        aliases: [],
        customTimeouts: {
          createSeconds: options.createSeconds,
          updateSeconds: 0,
          deleteSeconds: 0,
        },
        additionalSecretOutputs: [],
      },
      ...(its === undefined ? {} : { provider: its }),
      dependencies: found(after),
      // The engine names every property that the program gave, with or without dependencies.
      propertyDependencies: Object.fromEntries(
        Object.keys(props).map((key) => [key, found(madeOf[key] ?? [])]),
      ),
      isType: () => false,
      asType: () => undefined,
    };
  }
}

const PROVIDERS = "pulumi:providers:";

/** As the SDK throws it, by whose field the pack knows it; made once, as its trace says nothing and takes its time. */
const NOT_APPLICABLE = Object.assign(new Error("not applicable"), { reason: undefined });

/** The engine writes a provider's lists and objects as JSON. */
function asProvider(props: ToldResource["props"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(props).map(([key, value]) => [
      key,
      typeof value === "string" || value === undefined ? value : JSON.stringify(value),
    ]),
  );
}

/** What a policy's schema says where its configuration says nothing. */
function defaultsOf({ configSchema }: Policies[number]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(configSchema?.properties ?? {}).map(([key, schema]) => [
      key,
      (schema as { default?: unknown }).default,
    ]),
  );
}
