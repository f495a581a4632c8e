import type { Subject } from "./policies";

const VPC = "aws:ec2/vpc:Vpc::image-builder";
const GATEWAY = "aws:ec2/internetGateway:InternetGateway::image-builder";
const SUBNET = "aws:ec2/subnet:Subnet::image-builder-public-1";
const TABLE = "aws:ec2/routeTable:RouteTable::image-builder-public-1";

/** The remote component in {@link IMAGE_BUILDER_VPC}, as others refer to it. */
export const COMPONENT = "awsx:ec2:Vpc::image-builder";

/** The child of it that is the VPC itself. */
export const COMPONENT_VPC = VPC;

/** What the component `awsx.ec2.Vpc` named `image-builder` makes, with one public subnet. */
export const IMAGE_BUILDER_VPC: readonly Subject[] = [
  { type: "awsx:ec2:Vpc", name: "image-builder" },
  { type: "aws:ec2/vpc:Vpc", name: "image-builder", props: { cidrBlock: "10.67.0.0/24" } },
  {
    type: "aws:ec2/internetGateway:InternetGateway",
    name: "image-builder",
    uses: { vpcId: [VPC] },
  },
  {
    type: "aws:ec2/subnet:Subnet",
    name: "image-builder-public-1",
    props: { mapPublicIpOnLaunch: true },
    uses: { vpcId: [VPC] },
  },
  {
    type: "aws:ec2/routeTable:RouteTable",
    name: "image-builder-public-1",
    uses: { vpcId: [VPC] },
  },
  {
    type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
    name: "image-builder-public-1",
    uses: { subnetId: [SUBNET], routeTableId: [TABLE] },
  },
  {
    type: "aws:ec2/route:Route",
    name: "image-builder-public-1",
    props: { destinationCidrBlock: "0.0.0.0/0" },
    uses: { routeTableId: [TABLE], gatewayId: [GATEWAY] },
  },
];
