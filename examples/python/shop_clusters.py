from aws_cdk import Stack, aws_ec2 as ec2, aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v34 import KubectlV34Layer
from constructs import Construct


class ShopClusters(Stack):
    """Where the shop runs: two clusters by EKS Auto Mode, each with the namespace that the pipeline deploys to."""

    def __init__(self, scope: Construct, id: str, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        vpc = ec2.Vpc(self, "Vpc", availability_zones=["eu-central-1a", "eu-central-1b"], nat_gateways=1)
        kubectl_layer = KubectlV34Layer(self, "Kubectl")
        self.staging = self._create_cluster("Staging", vpc, kubectl_layer)
        self.production = self._create_cluster("Production", vpc, kubectl_layer)

    def _create_cluster(self, id: str, vpc: ec2.IVpc, kubectl_layer: KubectlV34Layer) -> eks.Cluster:
        cluster = eks.Cluster(
            self,
            id,
            vpc=vpc,
            version=eks.KubernetesVersion.V1_35,
            default_capacity_type=eks.DefaultCapacityType.AUTOMODE,
            # Its kubectl may be one minor version older than the cluster.
            kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=kubectl_layer),
        )
        cluster.add_manifest("Namespace", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}})
        return cluster
