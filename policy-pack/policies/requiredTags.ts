import type { ResourceValidationPolicy } from "@pulumi/policy";

import { type TagConfig, tagMistakes, tagSchema } from "../tagRules";
import { UNTAGGABLE } from "../untaggable";

/** Whoever finds a resource has to learn whom to tell, and for which incident it is held. */
export const requiredTags: ResourceValidationPolicy = {
  name: "required-tags",
  displayName: "Resources say whom to tell and which incident they belong to",
  description:
    "Checks that every resource that can carry tags carries a well-formed notification tag and, outside of foundation stacks, incident-response.",
  enforcementLevel: "mandatory",
  severity: "high",
  tags: ["tags"],
  remediationSteps: "Pass the stack's tags to the resource explicitly.",
  configSchema: tagSchema,
  validateResource: (args, reportViolation) => {
    if (!args.type.startsWith("aws:") || UNTAGGABLE.has(args.type)) {
      args.notApplicable("the type carries no tags");
    }
    // The provider's default tags do not count: they miss nested tags and some resources.
    const read = () => tagsIn(args.props["tags"]);
    const mistakes = tagMistakes(args.urn, "tags", read, args.getConfig<TagConfig>());
    mistakes.forEach((mistake) => reportViolation(mistake));
  },
};

/** Tags are a map, or for some types a list of keys and values. */
function tagsIn(tags: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!Array.isArray(tags)) {
    return tags as Readonly<Record<string, unknown>> | undefined;
  }
  const listed = tags as readonly { readonly key?: string; readonly value?: unknown }[];
  return Object.fromEntries(listed.map((tag) => [tag.key ?? "", tag.value]));
}
