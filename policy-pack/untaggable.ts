import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

// The AWS types without tags are a fixed list: that an untagged resource has no property `tags` says
// nothing. `npm run untaggable` makes it anew from the installed SDK; a test fails when it is stale.

const LIST = join(__dirname, "untaggableTypes.json");

/** Types that cannot carry tags, as they were when the list was made. */
export const UNTAGGABLE: ReadonlySet<string> = new Set(
  JSON.parse(readFileSync(LIST, "utf8")) as string[],
);

/** The type tokens of every resource of the installed SDK, and whether it takes tags. */
export function sdkTypes(): Map<string, boolean> {
  const sdk = dirname(require.resolve("@pulumi/aws/package.json"));
  const types = new Map<string, boolean>();
  for (const entry of readdirSync(sdk, { recursive: true, encoding: "utf8" })) {
    if (entry.endsWith(".js") && !entry.startsWith("node_modules")) {
      const code = readFileSync(join(sdk, entry), "utf8");
      const token = /__pulumiType = '(aws:[^']+)'/.exec(code)?.[1];
      if (token !== undefined) {
        types.set(token, code.includes('resourceInputs["tags"] = args?.tags'));
      }
    }
  }
  return types;
}

/** The list as it has to be for the installed SDK. */
export function untaggableNow(): string[] {
  return [...sdkTypes()]
    .filter(([, taggable]) => !taggable)
    .map(([token]) => token)
    .sort();
}

if (require.main === module) {
  writeFileSync(LIST, `${JSON.stringify(untaggableNow(), undefined, 2)}\n`);
}
