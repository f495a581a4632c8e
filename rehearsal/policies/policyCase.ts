/** Refers to an output of another resource of the same case. */
export interface Ref {
  readonly of: string;
  readonly output: string;
}

/** A resource of a case, as a program declares it. */
export interface Declared {
  readonly type: string;

  /** Unique within its case. */
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly options?: {
    readonly protect?: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly deleteBeforeReplace?: boolean;
    readonly customTimeouts?: { readonly create: string };
  };
}

/** What is done to right resources. */
export type Edit = (resources: readonly Declared[]) => readonly Declared[];

/** A defect that a policy is for, and what is right just beside it. */
export interface PolicyCase {
  /** What is wrong, in a few words. */
  readonly what: string;
  readonly kind: "foundation" | "incident" | "member";

  /** Right resources. */
  readonly of: readonly Declared[];
  readonly defect: Edit;

  /** @default nothing: the resources as they are */
  readonly near?: Edit;

  /** Whether the verdict hangs on a resource's own name. @default false */
  readonly byName?: boolean;
}

/** Makes the cases of a kind of stack that are about these right resources. */
export function casesOf(kind: PolicyCase["kind"], resources: PolicyCase["of"]) {
  return (what: string, defect: Edit, near?: Edit): PolicyCase => ({
    what,
    kind,
    of: resources,
    defect,
    ...(near === undefined ? {} : { near }),
  });
}

/** A reference to an output, by default the id. */
export function ref(of: string, output = "id"): Ref {
  return { of, output };
}

/** Whether a value is a reference. */
export function isRef(value: object): value is Ref {
  return "of" in value && "output" in value;
}

/** Changes properties of a resource; undefined takes one away. */
export function set(name: string, props: Readonly<Record<string, unknown>>): Edit {
  return (resources) =>
    resources.map((resource) =>
      resource.name === name
        ? {
            ...resource,
            props: Object.fromEntries(
              Object.entries({ ...resource.props, ...props }).filter(
                ([, value]) => value !== undefined,
              ),
            ),
          }
        : resource,
    );
}

/** Changes options of a resource. */
export function opt(name: string, options: Declared["options"]): Edit {
  return (resources) =>
    resources.map((resource) =>
      resource.name === name
        ? { ...resource, options: { ...resource.options, ...options } }
        : resource,
    );
}

/** Adds a resource. */
export function add(...more: readonly Declared[]): Edit {
  return (resources) => [...resources, ...more];
}

/** Adds a resource that is protected. */
export function kept(type: string, name: string, props: Declared["props"]): Edit {
  return add({ type, name, props, options: { protect: true } });
}

/** Takes a resource away. */
export function without(name: string): Edit {
  return (resources) => resources.filter((resource) => resource.name !== name);
}

/** A policy document of these statements, as JSON. */
export function document(...statements: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });
}
