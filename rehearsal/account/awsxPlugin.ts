/**
 * The program behind `pulumi-resource-awsx`: started by the engine, it stands in for the real plugin
 * where that cannot be downloaded, in front of the simulated account and of an emulator alike.
 */
import { main } from "@pulumi/pulumi/provider";

import { endWithParent } from "../endWithParent";
import { VPC_COMPONENT, VpcComponent } from "./vpcComponent";
import { parseVpcInputs } from "./vpcInputs";

// eslint-disable-next-line @typescript-eslint/no-require-imports -- JSON of a package
const { version } = require("@pulumi/awsx/package.json") as { version: string };

endWithParent();
void main(
  {
    version,
    construct: (name, type, inputs, options) => {
      if (type !== VPC_COMPONENT) {
        throw new Error(`the stand-in for awsx does not know the component ${type}`);
      }
      const { urn, outputs } = new VpcComponent(name, parseVpcInputs(name, inputs), options);
      return Promise.resolve({ urn, state: outputs });
    },
  },
  process.argv.slice(2),
);
