import * as pulumi from "@pulumi/pulumi";

import { Case } from "../components/case";
import { Refusal } from "../components/refusal";

/**
 * What a room that is not closed refuses `pulumi destroy` by, before anything of it is deleted: also where somebody has
 * lifted the protection by hand, or has left the preview out. Of something that has such a hook in the state the engine
 * destroys nothing without the program, and says the hook's name: so that is what there is to do. With
 * `--run-program` it runs the hook.
 *
 * Source: pulumi/pulumi, pkg/engine/destroy.go, newDestroySource.
 */
export function refuseDestroying(ticket: string): pulumi.ResourceHookBinding {
  const stack = new Case(ticket).stack;
  const first = `pulumi config set closing true --stack ${stack}; pulumi up --stack ${stack}, twice; then pulumi destroy --stack ${stack}`;
  const hook = new pulumi.ResourceHook(
    `The room of ${ticket} is not closed. First: ${first}`,
    () => {
      throw new Refusal(`The room of ${ticket} is not closed`, [`Run first: ${first}`]);
    },
    { onDryRun: true },
  );
  return { beforeDelete: [hook] };
}
