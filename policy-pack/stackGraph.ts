import type { PolicyResource } from "@pulumi/policy";

import { Subject } from "./subject";

/** The resources of a stack and what refers to what: by dependency, as ids are not known in a preview. */
export class StackGraph {
  public readonly subjects: readonly Subject[];

  private readonly byUrn: ReadonlyMap<string, Subject>;
  private readonly resources: ReadonlyMap<string, PolicyResource>;

  public constructor(resources: readonly PolicyResource[]) {
    this.resources = new Map(resources.map((resource) => [resource.urn, resource]));
    this.subjects = resources.map(asSubject);
    this.byUrn = new Map(this.subjects.map((subject) => [subject.urn, subject]));
  }

  /** The resources of a type. */
  public ofType(...types: readonly string[]): readonly Subject[] {
    return this.subjects.filter(({ type }) => types.includes(type));
  }

  /** What a field of a resource refers to, straight. */
  public referredTo(subject: Subject, field: string): readonly Subject[] {
    return (this.resources.get(subject.urn)?.propertyDependencies[field] ?? []).flatMap(
      ({ urn }) => this.byUrn.get(urn) ?? [],
    );
  }

  /**
   * Whether a field of one resource names the other: through a dependency, or by the very name, id or ARN
   * where the program wrote that out. One of a similar name is another.
   */
  public names(subject: Subject, field: string, other: Subject): boolean {
    const referred = this.referredTo(subject, field);
    if (referred.length > 0) {
      return referred.some(({ urn }) => urn === other.urn);
    }
    const [top = field] = field.split(".");
    const deep = this.referredTo(subject, top);
    if (deep.length > 0) {
      return deep.some(({ urn }) => urn === other.urn);
    }
    const value = subject.at(field);
    return (
      typeof value === "string" &&
      value !== "" &&
      ["id", "arn", "bucket", "name", "keyId"].some((key) => other.at(key) === value)
    );
  }

  /** The resources of a type whose field names this one: its parts. */
  public partsOf(owner: Subject, type: string, field: string): readonly Subject[] {
    return this.ofType(type).filter((part) => this.names(part, field, owner));
  }

  /** The resource as the engine told of it. */
  public told(subject: Subject): PolicyResource {
    return this.resources.get(subject.urn) as PolicyResource;
  }

  /** All resources as the engine told of them. */
  public all(): readonly PolicyResource[] {
    return [...this.resources.values()];
  }
}

/** Stacks that differ by one resource share the others. */
const known = new WeakMap<PolicyResource, Subject>();

function asSubject(resource: PolicyResource): Subject {
  const subject =
    known.get(resource) ?? new Subject(resource, (field) => field in resource.propertyDependencies);
  known.set(resource, subject);
  return subject;
}

interface Reading {
  readonly key: string;
  readonly graph: StackGraph;
  readonly readers: Set<string>;
}

let reading: Reading | undefined;

/**
 * The stack, as whichever policy came first has read it: the engine asks each policy once per stack.
 *
 * @param reader Name of the policy.
 */
export function graphOf(resources: readonly PolicyResource[], reader: string): StackGraph {
  const key = resources.map(({ urn }) => urn).join("\n");
  if (reading?.key === key && !reading.readers.has(reader)) {
    reading.readers.add(reader);
    return reading.graph;
  }
  reading = { key, graph: new StackGraph(resources), readers: new Set([reader]) };
  return reading.graph;
}
