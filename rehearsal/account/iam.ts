import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  type IAMClient,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";

import type { AccountStore } from "./accountStore";

/** IAM of the simulated account, for who asks it without Pulumi. */
export function iamOf(store: AccountStore): Pick<IAMClient, "send"> {
  const send = async (command: unknown): Promise<object> => {
    await Promise.resolve();
    const [type, name] =
      command instanceof GetRoleCommand
        ? ["aws:iam/role:Role", command.input.RoleName]
        : command instanceof GetInstanceProfileCommand
          ? ["aws:iam/instanceProfile:InstanceProfile", command.input.InstanceProfileName]
          : [];
    if (type === undefined) {
      throw new Error("the simulated IAM tells of roles and instance profiles, and nothing else");
    }
    if (store.read().find(type, name) === undefined) {
      throw new NoSuchEntityException({ message: `${name} cannot be found.`, $metadata: {} });
    }
    return {};
  };
  return { send: send as IAMClient["send"] };
}
