import * as pulumi from "@pulumi/pulumi";

import program from "../../index";

interface Encryption {
  readonly rules: readonly { readonly blockedEncryptionTypes?: readonly string[] }[];
}

/** What the emulator's provider does not know yet, by type: what stands in for it. */
const STAND_INS: Readonly<Record<string, (props: object) => object>> = {
  // Which encryption a bucket takes besides is of 6.x; the bucket's policy says the same here.
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": (
    props,
  ) => ({
    rules: (props as Encryption).rules.map(({ blockedEncryptionTypes, ...rule }) => rule),
  }),
  // The wildcard that selects every version of a recipe (hashicorp/terraform-provider-aws, pull request 47443).
  "aws:imagebuilder/lifecyclePolicy:LifecyclePolicy": () => ({
    resourceSelection: { recipes: [{ name: "clean-room", semanticVersion: "1.0.0" }] },
  }),
};

/** The program, but for what the emulator is too old for. */
function programForEmulator(): Promise<object> {
  pulumi.runtime.registerStackTransformation(({ type, props, opts }) => {
    const standIn = STAND_INS[type];
    const declared: object = props;
    return standIn && { props: { ...declared, ...standIn(declared) }, opts };
  });
  return program();
}

export = programForEmulator;
