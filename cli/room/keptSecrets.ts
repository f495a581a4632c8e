import { basename } from "node:path";

import type { LocalWorkspace } from "@pulumi/pulumi/automation";

import type { Output } from "../output";
import { RoomFile } from "./roomFile";

interface Exported {
  readonly secrets_providers?: {
    readonly type?: string;
    readonly state?: {
      readonly salt?: string;
      readonly url?: string;
      readonly encryptedkey?: string;
    };
  };
}

/**
 * Puts back into the file of a room's stack how its secrets are kept, where somebody has written the file anew without
 * those lines: the engine would make a new salt there in silence, and who knows the stack's passphrase would be told
 * that it is the wrong one. What was deployed last says them.
 *
 * Source: pulumi/pulumi, pkg/secrets/passphrase/manager.go and pkg/secrets/cloud/manager.go (state of a provider).
 *
 * @param path The stack's file.
 */
export async function keepSecrets(
  stack: string,
  path: string,
  workspace: Pick<LocalWorkspace, "exportStack">,
  output: Pick<Output, "say">,
): Promise<void> {
  const file = RoomFile.read(path);
  if (file.saysHowSecretsAreKept) {
    return;
  }
  const exported = (await workspace.exportStack(stack)) as { readonly deployment?: Exported };
  const { type, state = {} } = exported.deployment?.secrets_providers ?? {};
  const { salt, url, encryptedkey } = state;
  if (type === "passphrase" && salt !== undefined) {
    file.setOfEngine("encryptionsalt", salt);
  } else if (type === "cloud" && url !== undefined && encryptedkey !== undefined) {
    file.setOfEngine("encryptedkey", encryptedkey);
    file.setOfEngine("secretsprovider", url);
  } else {
    return;
  }
  file.write();
  output.say(
    `${basename(path)} did not say any more how the stack's secrets are kept: the line${type === "cloud" ? "s secretsprovider: and encryptedkey: were" : " encryptionsalt: was"} put back from what was deployed last. Commit that; without it everybody's passphrase would become a wrong one.`,
  );
}
