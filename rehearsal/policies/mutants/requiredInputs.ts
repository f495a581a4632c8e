import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** `aws:ec2/vpcEndpoint:VpcEndpoint` is in `ec2/vpcEndpoint.js` of the SDK. */
const TOKEN = /^aws:([\w/]+):\w+$/;

/** Properties of a resource of the AWS SDK without which the SDK itself refuses to declare it: no mutant that anybody deploys. */
export function requiredInputs(type: string): ReadonlySet<string> {
  const [, path] = TOKEN.exec(type) ?? [];
  if (path === undefined) {
    return new Set();
  }
  const sdk = dirname(require.resolve("@pulumi/aws/package.json"));
  const code = readFileSync(join(sdk, `${path}.js`), "utf8");
  return new Set(
    [...code.matchAll(/Missing required property '(\w+)'/g)].map(([, name = ""]) => name),
  );
}
