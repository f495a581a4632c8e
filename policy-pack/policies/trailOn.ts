import { ofResource } from "../policyForms";
import { isFields, shown, UNKNOWN } from "../unknownValues";

/** The type of trails. */
const TRAIL_TYPE = "aws:cloudtrail/trail:Trail";

/** The trail says who touched the vault: a court asks. */
export const trailOn = ofResource(
  {
    name: "trail-on",
    displayName: "Trails run, can be validated and are under a key",
    description:
      "Checks that trails log, validate their files, have a key and select the events they are for.",
    severity: "high",
    tags: ["logs", "evidence"],
    remediationSteps: "Set enableLogFileValidation: true and kmsKeyId; leave enableLogging alone.",
  },
  (trail) => {
    if (trail.type !== TRAIL_TYPE) {
      return [];
    }
    const [logging, validation, key] = ["enableLogging", "enableLogFileValidation", "kmsKeyId"].map(
      (field) => trail.at(field),
    );
    const selectors = ["advancedEventSelectors", "eventSelectors"].map((field) => trail.at(field));
    return [
      ...(logging === undefined || logging === true
        ? []
        : [
            `enableLogging is ${shown(logging)}; required: not set, or true.\nA trail that is off tells nothing.`,
          ]),
      ...(validation === true
        ? []
        : [
            `enableLogFileValidation is ${shown(validation)}; required: true.\nOnly digests prove that no file was changed.`,
          ]),
      ...(key === undefined || key === ""
        ? [
            `kmsKeyId is ${shown(key)}; required: the ARN of a customer managed key.\nName the foundation's key.`,
          ]
        : []),
      ...(selectors.some(
        (list) => list === UNKNOWN || (Array.isArray(list) && list.some(hasObjects)),
      )
        ? []
        : [
            `advancedEventSelectors is ${shown(selectors[0])}; required: the data events of the vault's objects, of all of them, read and written.\nWho read evidence is a data event.`,
          ]),
    ];
  },
);

/** Whether a selector, of either form, selects what is done to objects of S3, whatever it is. */
function hasObjects(selector: unknown): boolean {
  if (!isFields(selector)) {
    return selector === UNKNOWN;
  }
  const text = JSON.stringify(selector, (_, value: unknown) => (value === UNKNOWN ? "" : value));
  const isNarrowed =
    /"field":"(readOnly|eventName)"|"readWriteType":"(Read|Write)Only"|"not(Equals|StartsWiths|EndsWiths)":\[/.test(
      text,
    );
  return text.includes("AWS::S3::Object") && !isNarrowed;
}
