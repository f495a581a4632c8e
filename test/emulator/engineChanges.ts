import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What an operation does to resources of AWS, or would do: `<operation> <name>`. */
export async function changesOf(
  operation: (options: { onEvent: (event: EngineEvent) => void }) => Promise<unknown>,
): Promise<string[]> {
  const changes: string[] = [];
  await operation({
    onEvent: ({ resourcePreEvent }) => {
      const { op, type, urn } = resourcePreEvent?.metadata ?? {};
      if (op !== undefined && op !== "same" && type?.startsWith("aws:")) {
        changes.push(`${op} ${urn?.split("::").at(-1)}`);
      }
    },
  });
  return changes.sort();
}
