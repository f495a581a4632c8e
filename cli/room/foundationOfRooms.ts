import type { Workspace } from "@pulumi/pulumi/automation";
import { z } from "zod";

import { Refusal } from "../../components/refusal";
import { FOUNDATION } from "../../stacks/foundation";
import { fromConfig } from "../../settings/configText";
import { reasonOf } from "../reasonOf";

/** What the commands about rooms need of an audit stack. */
const OUTPUTS = z.object({
  accountId: FOUNDATION.accountId,
  region: FOUNDATION.region,
  slots: FOUNDATION.slots,
  vaultBucket: FOUNDATION.vaultBucket,
  evidenceKeyArn: FOUNDATION.evidenceKeyArn,
  transferKeyArn: FOUNDATION.transferKeyArn,
  sessionDocument: FOUNDATION.sessionDocument,
  auditorRoleArn: FOUNDATION.auditorRoleArn,
});

/** An audit stack, as the commands about rooms see it. */
export interface FoundationOfRooms extends z.output<typeof OUTPUTS> {
  /** Its name. */
  readonly stack: string;

  /** Its own settings by full key; none where its file is not here. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Reads an audit stack. @throws Refusal where there is none, or it was never deployed. */
export async function findFoundation(
  stack: string,
  workspace: Pick<Workspace, "stackOutputs" | "getAllConfig">,
): Promise<FoundationOfRooms> {
  const outputs = await workspace.stackOutputs(stack).catch((error: unknown) => {
    const words = reasonOf(error);
    if (/no stack named/.test(words)) {
      throw new Refusal(`There is no foundation ${stack} in this backend`, [
        "Which backend and which stacks there are: pulumi whoami --verbose; pulumi stack ls. Another name: --audit-stack. To deploy one: docs/foundation.md.",
      ]);
    }
    throw error;
  });
  const parsed = OUTPUTS.safeParse(
    Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]),
    ),
  );
  if (!parsed.success) {
    const missing = [...new Set(parsed.error.issues.map(({ path }) => String(path[0])))];
    throw new Refusal(`The stack ${stack} is no foundation that rooms can be opened on`, [
      `It has no ${missing.join(", ")}. Deploy it: pulumi up --stack ${stack}; or name the audit stack: --audit-stack.`,
    ]);
  }
  const config = await workspace.getAllConfig(stack).catch(() => ({}));
  return {
    ...parsed.data,
    stack,
    config: Object.fromEntries(
      Object.entries(config).map(([key, { value }]) => [key, fromConfig(value)]),
    ),
  };
}
