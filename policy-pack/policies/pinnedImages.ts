import { isUnset } from "../fieldRequirements";
import { ofResource } from "../policyForms";
import type { Subject } from "../subject";
import { isFields, shown } from "../unknownValues";

const PIPELINE = "aws:imagebuilder/imagePipeline:ImagePipeline";
const IMAGE = "aws:imagebuilder/image:Image";
const COMPONENT = "aws:imagebuilder/component:Component";
const RECIPE = "aws:imagebuilder/imageRecipe:ImageRecipe";

/** A version of an ARN or of a number that stands for whatever is newest. */
const MOVING = /\/(\d+\.)*x(\.x)*(\/|$)|\/(latest|x)$/i;

/** What an image is made of is decided once: the same recipe makes the same machine, and it was tried. */
export const pinnedImages = ofResource(
  {
    name: "pinned-images",
    displayName: "Images are tested, and made of what is named",
    description:
      "Checks that pipelines test their images, that recipes name versions of components and of the parent image, and that a component's content is in the program.",
    severity: "high",
    tags: ["images"],
    remediationSteps:
      "Remove imageTestsEnabled: false; name versions of componentArn and parentImage.",
  },
  (subject) => [
    ...testMistakes(subject),
    ...(subject.type === RECIPE ? recipeMistakes(subject) : []),
    ...(subject.type === COMPONENT && !isUnset(subject.at("uri"))
      ? [
          `uri is ${shown(subject.at("uri"))}; required: data, the content itself.\nWhoever may write that file decides what runs as root: move it into the program.`,
        ]
      : []),
  ],
);

function testMistakes(subject: Subject): string[] {
  const tests = subject.at("imageTestsConfiguration.imageTestsEnabled");
  const status = subject.at("status");
  return [
    ...([PIPELINE, IMAGE].includes(subject.type) && tests !== undefined && tests !== true
      ? [
          `imageTestsConfiguration.imageTestsEnabled is ${shown(tests)}; required: not set, or true.\nAn image that nobody tried fails in an incident.`,
        ]
      : []),
    ...(subject.type === PIPELINE && status === "DISABLED"
      ? [
          "status is DISABLED; required: not set, or ENABLED.\nAn old image has old tools and old holes.",
        ]
      : []),
  ];
}

function recipeMistakes(recipe: Subject): string[] {
  const components = recipe.at("components");
  const parts: readonly (readonly [string, unknown])[] = [
    ["parentImage", recipe.at("parentImage")],
    ...(Array.isArray(components) ? (components as unknown[]) : []).map(
      (component, index) =>
        [
          `components.${index}.componentArn`,
          isFields(component) ? component["componentArn"] : component,
        ] as const,
    ),
  ];
  return parts.flatMap(([path, value]) => {
    return typeof value === "string" && MOVING.test(value)
      ? [`${path} is ${value}; required: a version.\nx stands for whatever is newest: name it.`]
      : [];
  });
}
