import { deployerPolicyFiles } from "../../docs/deployerPolicies";
import type { Deployment } from "../support/deployment";
import { wholeFoundation, wholeMember, wholeRoom } from "../support/wholeStacks";

/** A statement, as far as the linters look at it. */
export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: unknown;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A policy document that a stack places, or that is published for whoever deploys one. */
export interface PlacedDocument {
  /** The resource that has it, and its property, e.g. `vault-policy.policy`; else its file. */
  readonly of: string;
  readonly document: { readonly Version?: string; readonly Statement: readonly Statement[] };
}

/** Every policy document that stacks with every setting place, whatever property it stands in, and those of docs/deployers. */
export async function placedDocuments(): Promise<PlacedDocument[]> {
  const stacks = [await wholeFoundation(), await wholeRoom(), await wholeMember()];
  const found = stacks.flatMap(documentsOf);
  const published = [...deployerPolicyFiles()].map(([name, text]) => ({
    of: `docs/deployers/${name}`,
    document: JSON.parse(text) as PlacedDocument["document"],
  }));
  return [...new Map([...found, ...published].map((each) => [each.of, each])).values()];
}

function documentsOf({ resources }: Deployment): PlacedDocument[] {
  return resources.flatMap(({ name, inputs }) =>
    Object.entries(inputs).flatMap(([property, value]): PlacedDocument[] => {
      const document = asDocument(value);
      return document === undefined ? [] : [{ of: `${name}.${property}`, document }];
    }),
  );
}

function asDocument(value: unknown): PlacedDocument["document"] | undefined {
  let content = value;
  if (typeof value === "string" && value.startsWith("{")) {
    try {
      content = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  return typeof content === "object" && content !== null && "Statement" in content
    ? (JSON.parse(real(JSON.stringify(content))) as PlacedDocument["document"])
    : undefined;
}

/** What the mocks call things, as ARNs of their services. */
function real(text: string): string {
  const mocked = /arn:aws:mock:us-east-1:(\d{12}):([\w-]+)/g;
  return text.replace(mocked, (_, account: string, name: string) => {
    const regional = (service: string, resource: string) =>
      `arn:aws:${service}:us-east-1:${account}:${resource}`;
    if (/^(keys-|incident-key|transfer-keys)/.test(name)) {
      return regional("kms", "key/0a1b2c3d-0000-4000-8000-000000000000");
    }
    if (/^(vault-bucket|vault-access-logs|vault-events-logs)/.test(name)) {
      return `arn:aws:s3:::${name}`;
    }
    if (/topic$/.test(name)) {
      return regional("sns", name);
    }
    if (/logs?$/.test(name)) {
      return regional("logs", `log-group:${name}`);
    }
    if (/boundary|deployer/.test(name)) {
      return `arn:aws:iam::${account}:policy/clean-room/${name}`;
    }
    return /role$|writer$/.test(name)
      ? `arn:aws:iam::${account}:role/clean-room/${name}`
      : regional("events", `rule/${name}`);
  });
}
