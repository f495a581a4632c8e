import program from "../../index";
import { RESPONDER_ROLE_NAME, ROLE_PATH } from "../../components/names";
import { Refusal } from "../../components/refusal";
import { endpointsOf } from "../../rehearsal/account/accountEndpoints";
import { answerThisProcess } from "../../rehearsal/account/awsEndpoint";
import { callCast, FOUNDATION_DEPLOYER, INCIDENT_DEPLOYER } from "../../rehearsal/cast";
import type { Deployment } from "../../rehearsal/deployment";
import { findPulumi } from "../../rehearsal/engine/pulumiCli";
import { configureMember, publishImage } from "../../rehearsal/scenario";
import { Stage } from "../../rehearsal/stage";
import { attachDeployerPolicies } from "../../rehearsal/steps/deployers";

/** A kind of stack, as files of the program are called. */
export type Kind = "audit" | "member" | "incident";

/** Files of the policy pack's configuration. */
export interface PackConfigurations {
  /** Of audit stacks. @default what the organisation of the sandbox demands, and what the program needs */
  readonly audit?: string;

  /** Of rooms and member accounts. @default what that organisation demands */
  readonly others?: string;
}

/**
 * Previews a stack of every kind in the sandbox, with the settings of the examples, under the policy pack.
 *
 * @param say Told what is going on.
 * @throws Refusal where the sandbox's own foundation cannot be made.
 */
export async function previewEveryKind(
  configurations: PackConfigurations,
  say: (line: string) => void,
): Promise<ReadonlyMap<Kind, Deployment>> {
  const stage = Stage.set(await findPulumi(process.env, say), program, configurations);
  const end = await answerThisProcess(endpointsOf(stage, FOUNDATION_DEPLOYER));
  try {
    const cast = await callCast(stage);
    const { audit, member, room } = cast;
    say("audit");
    const ofAudit = await audit.preview({ policies: true });
    say("the foundation that a room needs, without policies");
    const { succeeded, problems } = await audit.up();
    if (!succeeded) {
      throw new Refusal(
        "The sandbox has no foundation, so nothing else can be previewed",
        problems,
      );
    }
    await attachDeployerPolicies(cast, INCIDENT_DEPLOYER);
    await publishImage(cast, "1.0.0");
    await configureMember(cast);
    say("member");
    const ofMember = await member.preview({ policies: true });
    await stage.outsideMember.setRole(RESPONDER_ROLE_NAME, [], ROLE_PATH);
    say("incident");
    const ofRoom = await room.stack.preview({ policies: true });
    return new Map<Kind, Deployment>([
      ["audit", ofAudit],
      ["member", ofMember],
      ["incident", ofRoom],
    ]);
  } finally {
    end();
    stage.clear();
  }
}
