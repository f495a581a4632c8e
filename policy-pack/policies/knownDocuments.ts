import { ofStack } from "../policyForms";
import { unknownDocuments } from "../placedDocuments";

/** What a preview cannot know is told once; every document is judged before its resource is made. */
export const knownDocuments = {
  ...ofStack(
    {
      name: "known-documents",
      displayName: "What the preview could not judge",
      description:
        "Tells which policy documents the preview does not know: up judges each of them.",
      severity: "low",
      tags: ["access"],
      remediationSteps:
        "Run pulumi up with the pack: it refuses a wrong document before its resource is made.",
    },
    (graph) => {
      const unknown = graph.subjects.flatMap((subject) =>
        unknownDocuments(subject).map((path) => ({ subject, what: `${path} of ${subject.name}` })),
      );
      const [first] = unknown;
      return first === undefined
        ? []
        : [
            {
              subject: first.subject,
              sentence: `${unknown.length} policy documents are not known in the preview (${unknown.map(({ what }) => what).join(", ")}).\npulumi up judges each of them before it makes its resource.`,
            },
          ];
    },
  ),
  enforcementLevel: "advisory" as const,
};
