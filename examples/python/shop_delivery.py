from aws_cdk import Stack, aws_codecommit as codecommit, aws_eks_v2 as eks
from cdk_devsecops_eks import (
    DevSecOpsEksPipeline,
    DynamicScanner,
    EksTarget,
    ImageScanner,
    KubernetesDeployment,
    PipelineSource,
)
from constructs import Construct

from licence_gate import LicenceGate


class ShopDelivery(Stack):
    """From a commit of the shop to its production cluster."""

    def __init__(self, scope: Construct, id: str, *, staging: eks.ICluster, production: eks.ICluster, **kwargs) -> None:
        super().__init__(scope, id, **kwargs)
        repository = codecommit.Repository.from_repository_name(self, "Repository", "shop")
        deployment = KubernetesDeployment.manifests("k8s/")

        DevSecOpsEksPipeline(
            self,
            "Delivery",
            source=PipelineSource.code_commit(repository, branch="main"),
            image_scanner=ImageScanner.anchore(),
            staging=EksTarget.cluster(staging, namespace="shop", deployment=deployment),
            production=EksTarget.cluster(production, namespace="shop", deployment=deployment, url="https://shop.example.com"),
            dynamic_scanner=DynamicScanner.zap(target="https://staging.shop.example.com"),
            additional_gates=[LicenceGate(["AGPL-3.0", "GPL-3.0"])],
            approval_recipients=["security@example.com"],
        )
