import { RESPONDER_ROLE_NAME, ROLE_PATH } from "../components/names";
import { endpointsOf } from "./account/accountEndpoints";
import { answerThisProcess } from "./account/awsEndpoint";
import { ADMINISTRATOR_ACCESS } from "./account/keyAccess";
import { auditFile, FOUNDATION_DEPLOYER, INCIDENT_DEPLOYER } from "./cast";
import { expectSuccess } from "./expectations";
import { publishImage } from "./scenario";
import type { RehearsedStack, StackFile } from "./rehearsedStack";
import { type Stage } from "./stage";
import { attachDeployerPolicies } from "./steps/deployers";

/**
 * Deploys on an empty stage what every room needs: the audit stack, with an image; and a responder's role.
 *
 * @param settings Of the audit stack, by full key, beside those of its committed file.
 */
export async function deployFoundation(
  stage: Stage,
  settings: StackFile["config"] = {},
): Promise<void> {
  await deployAuditStack(stage, settings);
  await stage.outsideMember.setRole(RESPONDER_ROLE_NAME, [], ROLE_PATH);
}

/** The same without the responder's role, which a member account's stack makes. @returns the audit stack */
export async function deployAuditStack(
  stage: Stage,
  settings: StackFile["config"] = {},
): Promise<RehearsedStack> {
  const end = await answerThisProcess(endpointsOf(stage, FOUNDATION_DEPLOYER));
  try {
    const { config } = auditFile();
    const audit = await stage.stack("audit", { config: { ...config, ...settings } });
    await stage.outside.setRole(FOUNDATION_DEPLOYER, [ADMINISTRATOR_ACCESS]);
    expectSuccess(await audit.up(), "the audit stack");
    await attachDeployerPolicies({ audit, stage }, INCIDENT_DEPLOYER);
    await publishImage({ audit, stage }, "1.0.0");
    return audit;
  } finally {
    end();
  }
}
