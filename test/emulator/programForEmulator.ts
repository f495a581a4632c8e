import * as pulumi from "@pulumi/pulumi";

import program from "../../index";

/** What the emulator's provider does not know yet, by type: what stands in for it. */
const STAND_INS: Readonly<Record<string, object>> = {
  // The wildcard that selects every version of a recipe (hashicorp/terraform-provider-aws, pull request 47443).
  "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy": {
    resourceSelection: { recipes: [{ name: "clean-room", semanticVersion: "1.0.0" }] },
  },
};

/** The program, but for what the emulator is too old for. */
function programForEmulator(): Promise<object> {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) =>
    type in STAND_INS ? { props: { ...props, ...STAND_INS[type] }, opts } : undefined,
  );
  return program();
}

export = programForEmulator;
