import type {
  Policies,
  PolicyProviderResource,
  PolicyResource,
  PolicyResourceOptions,
  ResourceValidation,
  ResourceValidationArgs,
} from "@pulumi/policy";
import * as policySdk from "@pulumi/policy";

// Exported by the policy SDK, but its declarations leave them out.
const { unknownCheckingProxy, UnknownValueError } = policySdk as unknown as {
  unknownCheckingProxy: <T extends object>(props: T) => T;
  UnknownValueError: new (...rest: never[]) => Error;
};

/** What the engine sends in place of a string that is known only after the deployment. */
export const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** What the engine sends in place of an object that is known only after the deployment. */
export const UNKNOWN_OBJECT = "dd056dcd-154b-4c76-9bd3-c8f88648b5ff";

/** What the engine sends in place of a list that is known only after the deployment. */
export const UNKNOWN_LIST = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";

/** The account that a stack is in. */
export const OWN_ACCOUNT = "111122223333";

/** Every judgement is of a project of its own: policies read a resource once for all of them, by its URN. */
let judgements = 0;
const urnOf = (stack: string, type: string, name: string) =>
  `urn:pulumi:${stack}::clean-room-${judgements}::${type}::${name}`;

const OPTIONS: PolicyResourceOptions = {
  protect: false,
  ignoreChanges: [],
  aliases: [],
  customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
  additionalSecretOutputs: [],
};

/** How a policy answered, as the SDK's server would see it. */
export type Outcome = string[] | { readonly notApplicable: string } | { readonly unknown: string };

/** A resource that a policy looks at. */
export interface Subject {
  readonly type: string;
  readonly name?: string;
  readonly props?: Record<string, unknown>;
  readonly protect?: boolean;

  /** What the provider fills in, known to a stack policy beside the properties the program gave. */
  readonly computed?: Record<string, unknown>;

  /**
   * Resources of the same stack, by the property that refers to them: each by its name, or by
   * `<type>::<name>` where several have it.
   */
  readonly uses?: Readonly<Record<string, readonly string[]>>;

  /** Names of resources that it depends on as a whole. */
  readonly dependsOn?: readonly string[];
}

interface Circumstances {
  /** What the provider allows of accounts, as the engine hands it over. @default one account */
  readonly allowedAccountIds?: unknown;

  /** Name of the stack. @default an incident's */
  readonly stack?: string;

  /** Configuration, where it is not the policy's default. */
  readonly config?: object;
}

class NotApplicable extends Error {}

/** Runs a policy over these resources the way the SDK's server does. */
export async function judge(
  policy: Policies[number],
  subjects: Subject | readonly Subject[],
  {
    stack = "inc-1",
    config = {},
    allowedAccountIds = JSON.stringify([OWN_ACCOUNT]),
  }: Circumstances = {},
): Promise<Outcome> {
  judgements += 1;
  const provider = providerOf(stack, allowedAccountIds);
  const resources = [subjects]
    .flat()
    .map((subject) => ({ ...resourceOf(subject, stack), provider }));
  link([subjects].flat(), resources);
  const violations: string[] = [];
  const report = (message: string) => {
    violations.push(message);
  };
  const common = {
    stackTags: new Map<string, string>(),
    getConfig: <T extends object>() => ({ ...defaultsOf(policy), ...config }) as T,
    notApplicable: (reason?: string): never => {
      throw new NotApplicable(reason);
    },
  };
  try {
    if ("validateStack" in policy) {
      await policy.validateStack({ ...common, resources }, report);
    } else {
      const validations: ResourceValidation[] = [policy.validateResource ?? []].flat();
      for (const resource of resources) {
        for (const validate of validations) {
          await validate({ ...common, ...resource } as ResourceValidationArgs, report);
        }
      }
    }
    return violations;
  } catch (error) {
    if (error instanceof NotApplicable) {
      return { notApplicable: error.message };
    }
    if (error instanceof UnknownValueError) {
      return { unknown: error.message };
    }
    throw error;
  }
}

/** What each violation says is wrong; how to mend it is its second line. */
export function faults(outcome: Outcome): string[] {
  return (outcome as string[]).map((violation) => violation.split("\n")[0] ?? "");
}

function providerOf(stack: string, allowedAccountIds: unknown): PolicyProviderResource {
  const type = "pulumi:providers:aws";
  return {
    type,
    name: "default",
    props: unknownCheckingProxy({ allowedAccountIds }),
    urn: urnOf(stack, type, "default"),
  };
}

function resourceOf(subject: Subject, stack: string): PolicyResource {
  const { type, name = "subject", props = {}, computed = {}, protect = false } = subject;
  return {
    type,
    name,
    props: unknownCheckingProxy({ ...computed, ...props }),
    urn: urnOf(stack, type, name),
    opts: { ...OPTIONS, protect },
    dependencies: [],
    // The engine names every property that the program gave, with or without dependencies.
    propertyDependencies: Object.fromEntries(Object.keys(props).map((key) => [key, []])),
    isType: () => false,
    asType: () => undefined,
  };
}

function link(subjects: readonly Subject[], resources: readonly PolicyResource[]): void {
  const byName = new Map(
    resources.flatMap((resource) => [
      [resource.name, resource],
      [`${resource.type}::${resource.name}`, resource],
    ]),
  );
  subjects.forEach(({ uses = {}, dependsOn = [] }, index) => {
    resources[index]?.dependencies.push(
      ...dependsOn.map((name) => byName.get(name)).filter((found) => found !== undefined),
    );
    for (const [property, names] of Object.entries(uses)) {
      const used = names.map((name) => byName.get(name)).filter((found) => found !== undefined);
      const resource = resources[index];
      if (resource !== undefined) {
        resource.propertyDependencies[property] = used;
      }
    }
  });
}

function defaultsOf({ configSchema }: Policies[number]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(configSchema?.properties ?? {}).map(([key, schema]) => [
      key,
      (schema as { default?: unknown }).default,
    ]),
  );
}
