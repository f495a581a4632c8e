import type { ToldResource } from "../packInProcess";
import { changed, type Mutant } from "./mutant";
import { requiredInputs } from "./requiredInputs";
import { valueChanges } from "./valueChanges";

/** Contents that are evidence: what a record says is its schema's and its tests'. */
const CONTENT = ["aws:s3/bucketObjectv2:BucketObjectv2", "content"] as const;

/**
 * Every mutant of a resource: one line of it left out, widened or weakened, or an option taken away, or the whole of it
 * left out. They follow from what the program declares, not from what a policy looks at.
 */
export function mutantsOf(resource: ToldResource): Mutant[] {
  const required = requiredInputs(resource.type);
  return [
    ...(resource.type.startsWith("pulumi:providers:")
      ? []
      : [{ act: "leave out", path: "", resource: undefined }, ...optionMutants(resource)]),
    ...valueChanges(resource.props, [])
      .filter(({ path: [field, ...deeper], value }) => {
        const isRefusedBySdk =
          deeper.length === 0 && value === undefined && required.has(String(field));
        return !isRefusedBySdk && !(resource.type === CONTENT[0] && field === CONTENT[1]);
      })
      .map(({ act, path, value }) => ({
        act,
        path: path.join("."),
        resource: {
          ...resource,
          props: changed(resource.props, path, value) as ToldResource["props"],
          madeOf: stillMadeOf(resource, path, value),
        },
      })),
  ];
}

/** What is written out in place of a reference refers to nothing any more. */
function stillMadeOf(
  { madeOf }: ToldResource,
  path: readonly (string | number)[],
  value: unknown,
): ToldResource["madeOf"] {
  const [field = ""] = path;
  return path.length === 1 && typeof value === "string" && !value.startsWith("{")
    ? Object.fromEntries(Object.entries(madeOf).filter(([key]) => key !== field))
    : madeOf;
}

function optionMutants(resource: ToldResource): Mutant[] {
  const { options, props } = resource;
  const having = (act: string, changes: Partial<ToldResource["options"]>, path = ""): Mutant => ({
    act,
    path,
    resource: { ...resource, options: { ...options, ...changes } },
  });
  return [
    ...(options.protect ? [having("unprotect", { protect: false })] : []),
    ...(options.deleteBeforeReplace
      ? []
      : [having("delete before replace", { deleteBeforeReplace: true })]),
    ...(options.createSeconds > 0 ? [having("no time limit", { createSeconds: 0 })] : []),
    ...options.ignoreChanges.map((field) =>
      having(
        "notice changes",
        { ignoreChanges: options.ignoreChanges.filter((each) => each !== field) },
        field,
      ),
    ),
    ...Object.keys(props)
      .filter((field) => !options.ignoreChanges.includes(field))
      .map((field) =>
        having("ignore changes", { ignoreChanges: [...options.ignoreChanges, field] }, field),
      ),
  ];
}
