import { join } from "node:path";

import { RoomStacks } from "../cli/room/roomStacks";
import type { Surroundings } from "../cli/room/surroundings";
import type { Output } from "../cli/output";
import { INCIDENT_DEPLOYER } from "./cast";
import type { World } from "./world";

/** What the commands about rooms find around them in a world, where nobody can be asked. */
export function surroundingsOf(stage: World, output: Output): Surroundings {
  const { program } = stage;
  return {
    stacks: () =>
      Promise.resolve(
        new RoomStacks({
          folder: stage.project,
          pulumi: stage.pulumi,
          ...(program === undefined ? {} : { program }),
          policyPack: stage.policyPack,
          policyPackConfig: stage.policyConfig,
          logs: join(stage.folder, "room-logs"),
          environment: stage.environmentOf(INCIDENT_DEPLOYER),
        }),
      ),
    aws: stage.clientsOf(INCIDENT_DEPLOYER),
    person: () => undefined,
    output,
  };
}
