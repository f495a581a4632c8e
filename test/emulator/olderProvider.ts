import * as pulumi from "@pulumi/pulumi";

import program from "../../index";

/**
 * The program as the emulator's provider takes it: an older one, which refuses the wildcard that
 * selects every version of a recipe (hashicorp/terraform-provider-aws, pull request 47443).
 */
function programForOlderProvider(): Promise<object> {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type === "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy"
      ? {
          props: {
            ...props,
            resourceSelection: { recipes: [{ name: "clean-room", semanticVersion: "1.0.0" }] },
          },
          opts,
        }
      : undefined,
  );
  return program();
}

export = programForOlderProvider;
